import ConvokeProcess
import Foundation
import Testbed

/// The program `convoke` as it was built, called as users call it.
struct ConvokeProgram: Sendable {
  /// What has been written, as text, and how it ended.
  struct Run: Sendable, Equatable {
    /// The exit status; negative for a signal.
    var status: Int32
    /// The standard output.
    var output: String
    /// The standard error.
    var errors: String
  }

  /// Changes to the environment.
  var environment: [String: String?] = [:]
  /// The standard input.
  var input = Command.Input.none

  /// The command of a call, which ends after 50 seconds.
  func command(_ arguments: [String]) -> Command {
    Command(arguments: [Tool.convoke] + arguments).with { command in
      command.environment = ["CONVOKE_CONFIG": "", "NO_COLOR": nil, "CLICOLOR_FORCE": nil]
      command.environment.merge(self.environment) { $1 }
      command.input = self.input
      command.deadline = .seconds(50)
    }
  }

  /// Runs the program to its end.
  func run(_ arguments: String...) async -> Run { await self.run(arguments) }

  /// Runs the program to its end.
  func run(_ arguments: [String]) async -> Run {
    ConvokeProgram.run(await self.command(arguments).run())
  }

  /// A result as text.
  static func run(_ result: ProcessResult) -> Run {
    let status: Int32 =
      switch result.outcome {
      case .exited(let code): code
      case .signalled(let signal): -signal.rawValue
      default: -1000
      }
    return Run(status: status, output: result.stdout.text, errors: result.stderr.text)
  }
}

/// The lines of a text, sorted.
func sortedLines(_ text: String) -> [String] {
  text.split(separator: "\n").map(String.init).sorted()
}

/// Calls the body with the path of a configuration file of this text.
func withConfiguration<Answer>(
  _ text: String,
  _ body: (String) async throws -> Answer
) async throws -> Answer {
  try await TemporaryFolder.withFolder { folder in
    let file = folder.appending(component: "config.yaml")
    try Data(text.utf8).write(to: file)
    return try await body(file.path)
  }
}
