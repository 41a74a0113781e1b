import ConvokeHosts
import ConvokeProcess

/// One of the two ends of a copy: this machine or a host.
struct CopyEnd: Sendable {
  let launcher: any Launcher
  let host: Host
  /// How long each command may run.
  let deadline: Duration?

  /// This machine.
  static func here(deadline: Duration?) -> CopyEnd {
    CopyEnd(launcher: LocalLauncher(), host: Host("here", transport: .local), deadline: deadline)
  }

  func run(_ command: Command) async -> ProcessResult {
    await self.launcher.run(self.prepared(command), on: self.host)
  }

  func launch(_ command: Command) -> RunningProcess {
    self.launcher.launch(self.prepared(command), on: self.host)
  }

  /// Asks what a path is.
  func describe(_ path: String) async -> Result<CopyDescription, CopyProblem> {
    let result = await self.run(CopyScript.describe(path))
    guard result.outcome.isSuccess else { return .failure(CopyProblem(result)) }
    if let description = CopyDescription(result.stdout.text) { return .success(description) }
    var problem = CopyProblem(result)
    problem.words = "'\(result.stdout.trimmedText.prefix(80))' does not describe \(path)"
    return .failure(problem)
  }

  private func prepared(_ command: Command) -> Command {
    command.with { command in
      command.deadline = self.deadline
      command.stderr.keep = OutputOptions.Keep(head: 4096, tail: 4096)
      command.linger = .milliseconds(20)
    }
  }
}

/// A command of a copy that failed.
struct CopyProblem: Error {
  var result: ProcessResult
  /// What it said.
  var words: String

  init(_ result: ProcessResult) {
    self.result = result
    let lines = result.stderr.trimmedText.split(separator: "\n").suffix(3)
    self.words = lines.isEmpty ? "\(result.outcome)" : lines.joined(separator: "; ")
  }

  /// The outcome of the copy: what says that the host itself failed stays as it is.
  func outcome(_ place: String) -> Outcome {
    switch self.result.outcome {
    case .exited, .signalled: .refused(Failure(.copyFailed, "\(place): \(self.words)"))
    case let other: other
    }
  }
}
