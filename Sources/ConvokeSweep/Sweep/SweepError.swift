/// A failure of a call about a sweep, its store or its results.
public struct SweepError: Error, Sendable {
  /// What kind of failure this is.
  public var code: Code
  /// What went wrong: one sentence with the values concerned, and what to do about it.
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

extension SweepError {
  /// The kinds of failure a caller may want to tell apart.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// The definition of a sweep is wrong.
    case definition
    /// A text is not what it should be: an expression, JSON, a rule.
    case syntax
    /// The store cannot be opened, read or written.
    case store
    /// The store is on a file system shared over a network.
    case networkFileSystem
    /// A combination is not in the store.
    case unknownCombination
    /// Files of another program cannot be imported.
    case importing
    /// A result cannot be read from what a program wrote.
    case result
    /// A file cannot be read or written.
    case file
  }
}

extension SweepError: CustomStringConvertible {
  /// The message.
  public var description: String { self.message }
}
