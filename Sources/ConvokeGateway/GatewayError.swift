/// A failure of a gateway or a channel.
///
/// Compare ``code`` to act on a failure; print the error to learn what happened.
public struct GatewayError: Error, Sendable {
  /// What kind of failure this is.
  public var code: Code
  /// What went wrong: one sentence with the gateway and the values concerned.
  public var message: String
  /// The traceback of the far side, for ``Code/remote``.
  public var remoteTraceback: String?
  /// What the process that should have become a worker wrote to its standard error.
  package var processErrors: String?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: What kind of failure this is.
  ///   - message: What went wrong, with the values concerned.
  ///   - remoteTraceback: The traceback of the far side.
  public init(_ code: Code, _ message: String, remoteTraceback: String? = nil) {
    self.code = code
    self.message = message
    self.remoteTraceback = remoteTraceback
  }
}

extension GatewayError {
  /// The kinds of failure a caller may want to tell apart.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// A specification has a wrong key or value.
    case badSpecification
    /// The worker could not be started or did not answer.
    case notStarted
    /// The host could not be reached.
    case hostNotFound
    /// The limit of a wait was reached.
    case timedOut
    /// The channel or the gateway is closed on this side.
    case closed
    /// The other side closed the channel: no more items come.
    case endOfChannel
    /// The gateway's worker or its link is gone.
    case gatewayLost
    /// The code on the far side failed.
    case remote
    /// An item is not of the type that was asked for, or cannot be sent.
    case badValue
    /// The channel is used in a way that its state does not allow.
    case misuse
    /// The other side broke the protocol.
    case protocolViolation
    /// The group has no such gateway, or has it already.
    case noSuchGateway
  }
}

extension GatewayError: CustomStringConvertible {
  /// The message, and the remote traceback after it.
  public var description: String {
    self.remoteTraceback.map { "\(self.message)\n\($0)" } ?? self.message
  }
}
