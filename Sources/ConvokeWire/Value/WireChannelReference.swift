/// The number of a channel, as it stands in a message.
///
/// A number means something only to the two ends of the gateway over which it travels. In a type
/// that is coded with ``WireEncoder`` and ``WireDecoder`` it can be a property as any other; other
/// encoders refuse it.
public struct WireChannelReference: Sendable, Hashable {
  /// The channel's number: odd if the controller made the channel, even if the worker did.
  public var number: Int32

  /// Makes a reference to a channel.
  ///
  /// - Parameter number: The channel's number.
  public init(_ number: Int32) {
    self.number = number
  }
}
