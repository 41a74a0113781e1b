import ConvokeProcess
import Foundation
import Testbed
import Testing

/// The program with jobs in a folder of their own, all of which are over in the end.
struct JobProgram: Sendable {
  /// The folder of the jobs.
  let folder: URL
  /// What runs.
  var program = ConvokeProgram()

  /// The command of a call; words after the options come last.
  func command(_ arguments: [String], _ rest: String...) -> Command {
    self.command(arguments, rest)
  }

  private func command(_ arguments: [String], _ rest: [String]) -> Command {
    let hasJobs = arguments[0] != "run" || arguments.contains("--detach")
    let own = hasJobs ? ["--jobs-dir", self.folder.path] : []
    return self.program.command([arguments[0]] + own + arguments.dropFirst() + rest)
  }

  /// Runs the program to its end.
  func run(_ arguments: [String], _ rest: String...) async -> ConvokeProgram.Run {
    ConvokeProgram.run(await self.command(arguments, rest).run())
  }

  /// Calls the body, and kills whatever jobs are left.
  static func with<Answer>(_ body: (JobProgram) async throws -> Answer) async throws -> Answer {
    try await TemporaryFolder.withFolder { folder in
      // Hosts log in as another user.
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
      let result: Result<Answer, any Error>
      do {
        result = .success(try await body(JobProgram(folder: folder)))
      } catch {
        result = .failure(error)
      }
      try await Self.end(folder)
      return try result.get()
    }
  }

  // The command line of a keeper has the folder; the job is in the session of its child.
  private static func end(_ folder: URL) async throws {
    let line = """
      for keeper in $(pgrep -f 'convoke-keeper .*\(folder.path)'); do
        for child in $(pgrep -P $keeper); do pkill -KILL -s $child; done
      done
      """
    _ = await Command("bash", "-c", line).run()
    #expect(try await eventually { try ProcessTable.processesLeft(matching: folder.path).isEmpty })
  }
}
