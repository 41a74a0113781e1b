public import ConvokeGateway
import ConvokeWire

/// A channel as an argument or a result of a call: the other side gets its other end.
///
/// It has to be a channel of the gateway to the program of the actor.
public struct ChannelArgument: Codable, Sendable {
  /// The channel.
  public let channel: Channel

  /// Makes an argument.
  ///
  /// - Parameter channel: The channel, of the gateway to the program of the actor.
  public init(_ channel: Channel) { self.channel = channel }

  /// Reads the number of a channel.
  public init(from decoder: any Decoder) throws {
    guard let gateway = decoder.userInfo[.gateway] as? Gateway else {
      throw ActorError(.refused, "a channel can only be decoded as part of a call")
    }
    self.channel = gateway.channel(for: try WireChannelReference(from: decoder))
  }

  /// Writes the number of the channel.
  public func encode(to encoder: any Encoder) throws {
    (encoder.userInfo[.argumentChannels] as? ArgumentChannels)?.add(self.channel)
    try self.channel.reference.encode(to: encoder)
  }
}
