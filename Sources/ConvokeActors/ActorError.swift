/// Why a call of an actor of another program failed, other than by an error of its own.
public struct ActorError: Error, Sendable {
  /// What kind of failure this is.
  public var code: Code
  /// What went wrong: one sentence with the actor, the gateway and the values concerned.
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

extension ActorError {
  /// The kinds of failure a caller may want to tell apart.
  @nonexhaustive
  public enum Code: String, Sendable, Hashable, Codable {
    /// The host of the actor is gone; what became of the call is not known.
    case lost
    /// There is no such actor, or no longer.
    case notFound = "not-found"
    /// The actor threw an error that cannot travel; the message has its description.
    case thrown
    /// The method was cancelled over there; a caller that was cancelled gets a `CancellationError`.
    case cancelled
    /// The call or its answer makes no sense to the other side.
    case refused
  }
}

extension ActorError: CustomStringConvertible {
  /// The message.
  public var description: String { self.message }
}

/// An error that arrives as itself when an actor of another program throws it.
///
/// Other errors arrive as an ``ActorError`` with their description. Types are looked up by their name,
/// and only those that have this mark are ever made of what came over the link.
public protocol TransferableError: Error, Codable, Sendable {}
