/// How one command on one host ended; every command ends in exactly one of these.
public enum Outcome: Sendable, Hashable {
  /// The program ended by itself with this exit code, 0 to 255.
  case exited(Int32)
  /// The program was ended by a signal that this side did not send.
  case signalled(Signal)
  /// The deadline passed and the process group was ended.
  case timedOut
  /// The host could not be reached or did not let us in.
  case unreachable(Failure)
  /// The host was reached, but the command could not be started there.
  case refused(Failure)
  /// The link was lost while the command ran; what it did after that is not known.
  case lost(Failure)
  /// The caller cancelled the command.
  case cancelled
  /// The command was never started, for instance because a stop rule came first.
  case notStarted(String)
}

extension Outcome {
  /// Whether the program ended by itself with exit code 0.
  public var isSuccess: Bool { self == .exited(0) }

  /// The failure behind the outcome, where there is one.
  public var failure: Failure? {
    switch self {
    case .unreachable(let failure), .refused(let failure), .lost(let failure): failure
    default: nil
    }
  }

  /// The word for the kind of outcome that JSON output uses.
  public var word: String {
    switch self {
    case .exited: "exited"
    case .signalled: "signalled"
    case .timedOut: "timed-out"
    case .unreachable: "unreachable"
    case .refused: "refused"
    case .lost: "lost"
    case .cancelled: "cancelled"
    case .notStarted: "not-started"
    }
  }
}

extension Outcome: CustomStringConvertible {
  /// A short phrase for people, such as `exited with code 3` or `unreachable: …`.
  public var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal): "ended by \(signal)"
    case .timedOut: "timed out"
    case .unreachable(let failure): "unreachable: \(failure)"
    case .refused(let failure): "not run: \(failure)"
    case .lost(let failure): "lost: \(failure)"
    case .cancelled: "cancelled"
    case .notStarted(let reason): "not started: \(reason)"
    }
  }
}
