import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

/// Connections that cannot be made, each with its kind of failure.
@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
  static let modes = SSHSettings.Multiplexing.allCases

  @Test(arguments: modes) func `an unknown name`(mode: SSHSettings.Multiplexing) async throws {
    let kind = try await self.kind(mode, Host("no-such-host.invalid"))
    #expect(kind == .nameNotKnown)
  }

  @Test(arguments: modes) func `a port nobody listens on`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let kind = try await self.kind(mode) { host, _ in host.port = 9 }
    #expect(kind == .connectionRefused)
  }

  @Test(arguments: modes) func `an address that does not answer`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let kind = try await self.kind(mode) { host, settings in
      host.options["ProxyCommand"] = "sleep 60"
      settings.connectTimeout = .seconds(1)
    }
    #expect(kind == .connectTimedOut)
  }

  @Test(arguments: modes) func `a key that is not the known one`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(component: Remote.mark())
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(component: "known").path
    _ = try await Tool.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file])
    let key = try String(contentsOfFile: file + ".pub", encoding: .utf8)
    try "* \(key)".write(toFile: file, atomically: true, encoding: .utf8)
    let kind = try await self.kind(mode) { host, _ in
      host.options["UserKnownHostsFile"] = file
    }
    #expect(kind == .hostKeyChanged)
    let testbed = try await self.kind(mode) { _, settings in settings.isTestbed = true }
    #expect(testbed == nil)
    try FileManager.default.removeItem(at: folder)
  }

  @Test(arguments: modes) func `a key that is not known`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let kind = try await self.kind(mode) { host, _ in
      host.options["UserKnownHostsFile"] = "/dev/null"
    }
    #expect(kind == .hostKeyUnknown)
  }

  @Test(arguments: modes) func `a user who may not log in`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let kind = try await self.kind(mode) { host, _ in host.user = "nobody" }
    #expect(kind == .authentication)
  }

  @Test(arguments: modes) func `an option that ssh does not know`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let kind = try await self.kind(mode) { host, _ in host.options["Nonsense"] = "1" }
    #expect(kind == .sshFailed)
  }

  @Test(arguments: modes) func `a program in the place of ssh that does not exist`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let kind = try await self.kind(mode) { $1.executable = "/no/such/ssh" }
    #expect(kind == .sshFailed)
  }

  private func kind(
    _ mode: SSHSettings.Multiplexing,
    _ host: Host? = nil,
    _ change: (inout Host, inout SSHSettings) -> Void = { _, _ in }
  ) async throws -> Failure.Kind? {
    let fleet = try SSHFleet.shared()
    var host = host ?? Host(fleet.hostNames[0])
    var settings = SSHSettings()
    settings.configFile = fleet.configFile
    settings.multiplexing = mode
    change(&host, &settings)
    let connections = SSHConnections(settings)
    let result = await connections.run(.shell("true"), on: host)
    await connections.close()
    guard let failure = result.outcome.failure else { return nil }
    #expect(result.outcome.word == "unreachable")
    #expect(failure.message.hasPrefix("\(host)") || failure.kind == .sshFailed)
    return failure.kind
  }
}
