import ConvokeProcess

/// The exit status of the command; of several the larger one counts.
enum ExitStatus {
  /// Everything succeeded.
  static let success: Int32 = 0
  /// Some command failed.
  static let failed: Int32 = 1
  /// The command line or the configuration is wrong.
  static let usage: Int32 = 2
  /// Some host could not be reached, or was lost.
  static let unreachable: Int32 = 3
  /// Some command timed out.
  static let timedOut: Int32 = 4
  /// A rule stopped the run.
  static let stopped: Int32 = 5
  /// The program itself failed.
  static let `internal`: Int32 = 6
  /// The user interrupted the run.
  static let interrupted: Int32 = 130
  /// The reader of the output went away.
  static let brokenPipe: Int32 = 141

  /// The class of an outcome.
  static func of(_ outcome: Outcome) -> Int32 {
    switch outcome {
    case .exited(0): ExitStatus.success
    case .exited, .signalled, .refused: ExitStatus.failed
    case .unreachable, .lost: ExitStatus.unreachable
    case .timedOut: ExitStatus.timedOut
    case .cancelled, .notStarted: ExitStatus.stopped
    }
  }

  /// The status for a run on a single host: the remote one, as ssh does.
  static func alone(_ outcome: Outcome) -> Int32 {
    switch outcome {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal.rawValue
    // As POSIX shells do (POSIX.1-2017, Shell Command Language, section 2.8.2).
    case .refused(let failure) where failure.kind == .commandNotFound: 127
    case .refused(let failure) where failure.kind == .permissionDenied: 126
    default: ExitStatus.of(outcome)
    }
  }
}

/// A mistake of the user: on the command line, in the environment or in the configuration file.
struct UsageError: Error, CustomStringConvertible {
  /// What is wrong: names the option or the file, and the value.
  var description: String

  /// Makes an error.
  init(_ description: String) { self.description = description }
}
