/// A failure of a call about a fleet; how each host fared is an outcome in the report instead.
public struct FleetError: Error, Sendable {
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

extension FleetError {
  /// The kinds of failure a caller may want to tell apart.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// Something failed on some host and success was asked for.
    case failed
    /// A text is not a stop rule, a batch size or a retry cause.
    case syntax
    /// A value cannot be inserted safely where its placeholder stands.
    case substitution
    /// The folder of a journal cannot be written or read.
    case journal
  }
}

extension FleetError: CustomStringConvertible {
  /// The message.
  public var description: String { self.message }
}
