public import ConvokeWire

extension Channel: AsyncSequence {
  /// Hands out item after item.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    let channel: Channel

    /// Waits for the next item; `nil` when no more come.
    public func next() async throws -> WireValue? {
      do {
        return try await self.channel.receive()
      } catch let error as GatewayError where error.code == .endOfChannel {
        return nil
      }
    }
  }

  /// Makes the iterator; all iterators of a channel share its items.
  public func makeAsyncIterator() -> Iterator { Iterator(channel: self) }

  /// The items as a type, one after the other.
  ///
  /// - Parameter type: The type to decode each item as.
  /// - Returns: A sequence that throws `WireError` at an item of another type.
  public func items<Item: Decodable & Sendable>(as type: Item.Type) -> ChannelItems<Item> {
    ChannelItems(channel: self)
  }
}

/// The items of a channel, decoded as one type.
public struct ChannelItems<Item: Decodable & Sendable>: AsyncSequence, Sendable {
  let channel: Channel

  /// Hands out item after item.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    let channel: Channel

    /// Waits for the next item; `nil` when no more come.
    public func next() async throws -> Item? {
      do {
        return try await self.channel.receive(as: Item.self)
      } catch let error as GatewayError where error.code == .endOfChannel {
        return nil
      }
    }
  }

  /// Makes the iterator; all iterators of a channel share its items.
  public func makeAsyncIterator() -> Iterator { Iterator(channel: self.channel) }
}
