/// A failure of a call about a process; how the process itself ended is an ``Outcome``.
public struct ProcessError: Error, Sendable {
  /// What kind of failure this is.
  public var code: Code
  /// What went wrong: one sentence with the values concerned.
  public var message: String

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: What kind of failure this is.
  ///   - message: What went wrong, with the values concerned.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension ProcessError {
  /// The kinds of failure a caller may want to tell apart.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// The process has ended, or its input is closed.
    case inputClosed
    /// The wait reached its limit; the process runs on.
    case waitTimedOut
    /// The output ended without what was looked for.
    case endOfOutput
    /// What was looked for did not arrive in time.
    case expectTimedOut
    /// The command failed and success was asked for.
    case failed
    /// A file could not be opened or written.
    case file
  }
}

extension ProcessError: CustomStringConvertible {
  /// The message.
  public var description: String { self.message }
}
