/// Kinds of failure, as a set: which of them to accept, or to leave out of the log.
public struct FailureSet: OptionSet, Sendable, Hashable {
  /// The bits of the set.
  public let rawValue: UInt8

  /// Makes a set of its bits.
  ///
  /// - Parameter rawValue: The bits of the set.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// An exit code other than 0.
  public static let exitCode = FailureSet(rawValue: 1 << 0)
  /// The end by a signal.
  public static let signal = FailureSet(rawValue: 1 << 1)
  /// A deadline that passed.
  public static let timeout = FailureSet(rawValue: 1 << 2)
  /// A command that could not be started, or whose host could not be reached or was lost.
  public static let start = FailureSet(rawValue: 1 << 3)
  /// Input that the program did not read.
  public static let input = FailureSet(rawValue: 1 << 4)
  /// An `expect` that did not find what it looked for.
  public static let expect = FailureSet(rawValue: 1 << 5)
  /// A cancellation.
  public static let cancellation = FailureSet(rawValue: 1 << 6)
  /// Every kind of failure.
  public static let all = FailureSet(rawValue: 0x7f)
}

extension Outcome {
  /// The kinds of failure this outcome stands for; empty for a success.
  public var failureSet: FailureSet {
    switch self {
    case .exited(0): []
    case .exited: .exitCode
    case .signalled: .signal
    case .timedOut: .timeout
    case .unreachable, .refused, .lost, .notStarted: .start
    case .cancelled: .cancellation
    }
  }
}
