import ConvokeWire

/// Writes text and bytes as items of a channel: execnet's `makefile("w")`.
public struct ChannelWriter: Sendable {
  let channel: Channel
  let closesChannel: Bool

  /// Sends text as one item.
  ///
  /// - Parameter text: The text.
  /// - Throws: As ``Channel/send(_:)-(WireValue)``.
  public func write(_ text: String) async throws { try await self.channel.send(.string(text)) }

  /// Sends bytes as one item.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: As ``Channel/send(_:)-(WireValue)``.
  public func write(_ bytes: [UInt8]) async throws { try await self.channel.send(.bytes(bytes)) }

  /// Does nothing: each item is on its way once it is written.
  public func flush() {}

  /// Closes the channel, if the writer was made to do so.
  public func close() { if self.closesChannel { self.channel.close() } }
}
