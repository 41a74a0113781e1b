/// A reason why a server does not start.
///
/// Compare ``code`` to act on a failure; print the error to learn what happened.
public struct ServeError: Error, Sendable {
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

extension ServeError {
  /// The kinds of failure a caller may want to tell apart.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// An address or another option cannot be understood.
    case badOption
    /// Other machines could reach the server, and nothing would keep them out.
    case unsafeAddress
    /// The address cannot be listened on.
    case cannotListen
    /// A certificate, a key or a token cannot be used.
    case badCredentials
  }
}

extension ServeError: CustomStringConvertible {
  /// The message.
  public var description: String { self.message }
}
