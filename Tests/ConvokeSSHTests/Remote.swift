import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed

typealias Host = ConvokeHosts.Host

/// Commands on the first host of the shared fleet.
enum Remote {
  static func mark() -> String { "contract-\(UUID())" }

  static func with<Answer>(
    _ mode: SSHSettings.Multiplexing,
    _ body: (SSHConnections, Host) async throws -> Answer
  ) async throws -> Answer {
    let fleet = try SSHFleet.shared()
    var settings = SSHSettings()
    settings.configFile = fleet.configFile
    settings.multiplexing = mode
    let connections = SSHConnections(settings)
    let answer: Result<Answer, any Error>
    do {
      answer = .success(try await body(connections, Host(fleet.hostNames[0])))
    } catch {
      answer = .failure(error)
    }
    await connections.close()
    return try answer.get()
  }

  static func run(
    _ command: Command,
    _ mode: SSHSettings.Multiplexing
  ) async throws -> ProcessResult {
    try await self.with(mode) { connections, host in await connections.run(command, on: host) }
  }
}
