import ConvokeHosts
import ConvokeProcess
import Foundation
import Testbed
import Testing

@testable import ConvokeFleet

/// Jobs in a folder of their own, which are all over in the end.
struct JobYard: Sendable {
  let folder: URL
  let name: JobName
  let fleet: Fleet

  /// The usual options, with the folder.
  var options: FleetOptions { FleetOptions().with { $0.jobsFolder = self.folder.path } }

  /// The folder of the job on a host.
  func path(_ host: String, _ name: String? = nil) async -> String {
    let machine = await Command("uname", "-n").run().stdout.trimmedText
    return "\(self.folder.path)/\(machine)/\(host)/\(name ?? self.name.text)"
  }

  /// A file of the job on a host.
  func file(_ host: String, _ name: String) async throws -> String {
    try String(contentsOfFile: await self.path(host) + "/" + name, encoding: .utf8)
  }

  func detach(_ command: Command) async throws {
    try await self.fleet.perform(.detach(command, as: self.name), options: self.options)
      .throwOnFailure()
  }

  func detach(_ line: String, deadline: Duration? = nil) async throws {
    try await self.detach(Command.shell(line).with { $0.deadline = deadline })
  }

  /// The state of the job on the first host.
  func state() async -> Job.State? {
    await self.fleet.jobs(named: self.name, options: self.options).results[0].jobs.first?.state
  }

  /// Waits until the job of the first host is over.
  func waitUntilOver() async throws {
    #expect(
      try await eventually(within: .seconds(20)) {
        switch await self.state() {
        case .ended, .lost: true
        default: false
        }
      }
    )
  }

  /// Calls the body with hosts that are all this machine; whatever is left of their jobs is ended.
  static func withLocal<Answer>(
    _ count: Int = 1,
    in parent: URL = FileManager.default.temporaryDirectory,
    _ body: (JobYard) async throws -> Answer
  ) async throws -> Answer {
    try await self.with(.local(count), in: parent, body)
  }

  /// Calls the body with the hosts of a fleet, which share the file system with this machine.
  static func with<Answer>(
    _ fleet: Fleet,
    in parent: URL = FileManager.default.temporaryDirectory,
    _ body: (JobYard) async throws -> Answer
  ) async throws -> Answer {
    try await TemporaryFolder.withFolder(in: parent) { folder in
      // Hosts log in as another user.
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
      let name = try JobName("job-\(UInt32.random(in: .min ... .max))")
      let yard = JobYard(folder: folder, name: name, fleet: fleet)
      let outcome: Result<Answer, any Error>
      do {
        outcome = .success(try await body(yard))
      } catch {
        outcome = .failure(error)
      }
      #expect(try await yard.end())
      return try outcome.get()
    }
  }

  /// Kills what has the name of the job in its environment; whether nothing is left then.
  private func end() async throws -> Bool {
    for pid in try ProcessTable.processesLeft(matching: "/\(self.name)") { kill(pid, SIGKILL) }
    return try await eventually {
      try ProcessTable.processesLeft(matching: "/\(self.name)").isEmpty
    }
  }
}
