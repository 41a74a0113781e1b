package import Foundation

/// Many ssh hosts on the loopback interface, served by one sshd; see `scripts/sshd-fleet`.
package struct SSHFleet: Sendable {
  /// The folder with everything a client needs.
  package let directory: URL
  /// The names of the hosts, in order: `host-0001` and so on.
  package let hostNames: [String]
  /// The addresses of the hosts, in the same order.
  package let addresses: [String]

  /// The path of the ssh configuration that knows every host name.
  package var configFile: String { self.directory.appending(component: "ssh_config").path }
  /// The path of the ssh configuration of constant size, for ``addresses``.
  package var addressConfigFile: String {
    self.directory.appending(component: "ssh_config.addr").path
  }

  /// Adopts the fleet that runs already in a folder.
  package init(directory: URL) throws {
    self.directory = directory
    self.hostNames = try lines(of: directory.appending(component: "hosts"))
    self.addresses = try lines(of: directory.appending(component: "addresses"))
  }
}

extension SSHFleet {
  /// Starts a fleet, calls the body with it, and ends the fleet with all that runs in it.
  ///
  /// Should the tests be killed, the fleet ends by itself within a second.
  ///
  /// - Parameters:
  ///   - hosts: How many hosts, 1 to 60,000.
  ///   - options: How the fleet differs from the usual one.
  ///   - body: What to do with the fleet, which is valid only inside.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws, or ``Tool/ScriptFailure`` if the fleet does not start or end.
  package static func withSSHFleet<Answer>(
    hosts: Int,
    options: Options = Options(),
    _ body: (SSHFleet) async throws -> Answer
  ) async throws -> Answer {
    let folder = try TemporaryFolder.make()
    try await Tool.runScript(self.script, self.arguments(hosts, folder, options))
    return try await afterwards {
      try await body(SSHFleet(directory: folder))
    } cleanUp: {
      try await Tool.runScript(self.script, ["down", "--delete", folder.path])
    }
  }

  /// The fleet of 50 hosts that all tests share: log in to it, but do not disturb it.
  ///
  /// It is the one in the folder that the environment variable `CONVOKE_TEST_FLEET` names; else one
  /// is started at the first call, and ends with the process of the tests.
  package static func shared() throws -> SSHFleet { try self.sharedFleet.get() }

  private static let sharedFleet = Result { try SSHFleet.startShared() }

  private static func startShared() throws -> SSHFleet {
    if let folder = ProcessInfo.processInfo.environment["CONVOKE_TEST_FLEET"] {
      return try SSHFleet(directory: URL(filePath: folder))
    }
    let folder = try TemporaryFolder.make()
    try Tool.runScriptAndWait(self.script, self.arguments(50, folder, Options()))
    return try SSHFleet(directory: folder)
  }

  private static let script = "sshd-fleet"

  private static func arguments(_ hosts: Int, _ folder: URL, _ options: Options) -> [String] {
    ["up", String(hosts), folder.path] + options.arguments
      + ["--until-exit", String(ProcessInfo.processInfo.processIdentifier)]
  }
}

extension SSHFleet {
  /// Stops the listener and every session with `SIGSTOP`: the kernel answers, sshd does not.
  package func freeze() async throws { try await self.act("freeze") }
  /// Lets a frozen fleet go on.
  package func thaw() async throws { try await self.act("thaw") }
  /// Kills every connection to a host and all that runs in it, as if the host had crashed.
  package func killHost(_ host: String) async throws { try await self.act("killhost", host) }
  /// Makes a host answer "Connection refused".
  package func refuse(_ host: String) async throws { try await self.act("refuse", host) }
  /// Makes a host answer "No route to host".
  package func unroute(_ host: String) async throws { try await self.act("unroute", host) }
  /// Makes a host swallow every packet.
  package func drop(_ host: String) async throws { try await self.act("drop", host) }
  /// Undoes ``refuse(_:)``, ``unroute(_:)`` and ``drop(_:)``.
  package func heal(_ host: String) async throws { try await self.act("heal", host) }

  /// Runs a command on a host with the ssh program itself; status 124 means it took too long.
  package func ssh(
    _ host: String,
    _ command: String,
    within seconds: Double = 20
  ) async throws -> Tool.Result {
    try await Tool.run("timeout", [String(seconds), "ssh", "-F", self.configFile, host, command])
  }

  private func act(_ action: String, _ host: String...) async throws {
    try await Tool.runScript(SSHFleet.script, [action, self.directory.path] + host)
  }
}
