/// A failure of a copy as a whole; how each target fared is an outcome in the report instead.
public struct SyncError: Error, Sendable {
  /// What kind of failure this is.
  public var code: Code
  /// What went wrong: one sentence with the path concerned.
  public var message: String

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: What kind of failure this is.
  ///   - message: What went wrong.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension SyncError {
  /// The kinds of failure a caller may want to tell apart.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// The source is not there, is no directory or cannot be read.
    case badSource
    /// There is no target to copy to.
    case noTargets
    /// The files here cannot be hashed.
    case notHashed
  }
}

extension SyncError: CustomStringConvertible {
  /// The message.
  public var description: String { self.message }
}
