package import Foundation

/// Hosts that are nearly real: network namespaces with their own sshd and processes; see
/// `scripts/netns-fleet`.
package struct NetworkFleet: Sendable {
  /// The folder with everything a client needs.
  package let directory: URL
  /// The names of the hosts, in order: `host-0001` and so on.
  package let hostNames: [String]

  /// The path of the ssh configuration that knows every host name.
  package var configFile: String { self.directory.appending(component: "ssh_config").path }

  /// Adopts the fleet that runs already in a folder.
  package init(directory: URL) throws {
    self.directory = directory
    self.hostNames = try lines(of: directory.appending(component: "hosts"))
  }
}

extension NetworkFleet {
  /// Starts a fleet, calls the body with it, and ends the fleet with all that runs in it.
  ///
  /// Should the tests be killed, the fleet ends by itself within a second.
  ///
  /// - Parameters:
  ///   - hosts: How many hosts, 1 to 200.
  ///   - options: More options of `scripts/netns-fleet up`.
  ///   - body: What to do with the fleet, which is valid only inside.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws, or ``Tool/ScriptFailure`` if the fleet does not start or end.
  package static func withNetworkFleet<Answer>(
    hosts: Int,
    options: [String] = [],
    _ body: (NetworkFleet) async throws -> Answer
  ) async throws -> Answer {
    let folder = try TemporaryFolder.make()
    let own = ["--until-exit", String(ProcessInfo.processInfo.processIdentifier)]
    try await Tool.runScript(self.script, ["up", String(hosts), folder.path] + options + own)
    return try await afterwards {
      try await body(NetworkFleet(directory: folder))
    } cleanUp: {
      try await Tool.runScript(self.script, ["down", "--delete", folder.path])
    }
  }

  private static let script = "netns-fleet"
}

extension NetworkFleet {
  /// Pulls the cable of a host: packets vanish, open connections hang.
  package func cut(_ host: String) async throws { try await self.act("cut", host) }
  /// Plugs the cable of a host in again.
  package func heal(_ host: String) async throws { try await self.act("heal", host) }
  /// Stops every process of a host with `SIGSTOP`.
  package func freeze(_ host: String) async throws { try await self.act("freeze", host) }
  /// Lets a frozen host go on.
  package func thaw(_ host: String) async throws { try await self.act("thaw", host) }
  /// Pulls the cable of a host and kills all its processes.
  package func powerOff(_ host: String) async throws { try await self.act("poweroff", host) }
  /// Starts a host again after ``powerOff(_:)``.
  package func boot(_ host: String) async throws { try await self.act("boot", host) }

  /// Runs a program inside a host, not over ssh, so that a cut host can be looked at too.
  package func run(on host: String, _ command: [String]) async throws -> String {
    try await Tool.runScript(NetworkFleet.script, ["exec", self.directory.path, host] + command)
  }

  /// Runs a command on a host with the ssh program itself; status 124 means it took too long.
  package func ssh(
    _ host: String,
    _ command: String,
    within seconds: Double = 20
  ) async throws -> Tool.Result {
    try await Tool.run("timeout", [String(seconds), "ssh", "-F", self.configFile, host, command])
  }

  /// The folder that a host sees as its `/tmp`, from outside.
  package func temporaryFolder(of host: String) -> URL {
    self.directory.appending(components: "host", host, "tmp")
  }

  private func act(_ action: String, _ host: String) async throws {
    try await Tool.runScript(NetworkFleet.script, [action, self.directory.path, host])
  }
}
