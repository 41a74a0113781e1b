public import ConvokeWire
import Synchronization

/// Channels that are used together.
public struct MultiChannel: Sendable {
  /// The channels, in order.
  public let channels: [Channel]

  /// Makes a multi-channel.
  ///
  /// - Parameter channels: The channels, in order.
  public init(_ channels: [Channel]) { self.channels = channels }

  /// The number of channels.
  public var count: Int { self.channels.count }

  /// The channel at an index.
  public subscript(index: Int) -> Channel { self.channels[index] }

  /// Sends the same item on each channel.
  ///
  /// - Parameter value: The item.
  /// - Throws: As ``Channel/send(_:)-(WireValue)``, of the first channel that fails.
  public func sendEach(_ value: WireValue) async throws {
    for channel in self.channels { try await channel.send(value) }
  }

  /// Sends the same item, of any type that can be encoded, on each channel.
  ///
  /// - Parameter value: The item.
  /// - Throws: As ``Channel/send(_:)-(WireValue)``, of the first channel that fails.
  public func sendEach(_ value: some Encodable) async throws {
    try await self.sendEach(try WireEncoder().encode(value))
  }

  /// Waits for one item of each channel.
  ///
  /// - Parameter limit: How long to wait for each; `nil` waits until it is closed.
  /// - Returns: The items, in the order of the channels.
  /// - Throws: As ``Channel/receive(within:)``, of the first channel in order that fails.
  public func receiveEach(within limit: Duration? = nil) async throws -> [WireValue] {
    var items: [WireValue] = []
    for channel in self.channels { items.append(try await channel.receive(within: limit)) }
    return items
  }

  /// Waits until no more items come on any channel.
  ///
  /// - Parameter limit: How long to wait for each; `nil` waits as long as it takes.
  /// - Throws: The first error of a channel, once all have ended.
  public func waitClosed(within limit: Duration? = nil) async throws {
    var first: (any Error)?
    for channel in self.channels {
      do {
        try await channel.waitClosed(within: limit)
      } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
  }

  /// The items of all channels as they arrive, each with its channel.
  ///
  /// At most one item a channel is taken ahead of the reader. A channel that fails gives its error and
  /// leaves the others alone.
  public var merged: MergedItems { MergedItems(channels: self.channels) }
}

extension MultiChannel: AsyncSequence {
  /// An item and the gateway it came from.
  public typealias Element = (gateway: Gateway, item: WireValue)

  /// Hands out the items as they arrive; throws the first error of a channel.
  public struct Iterator: AsyncIteratorProtocol {
    var base: MergedItems.Iterator

    /// Waits for the next item; `nil` when all channels have ended.
    public mutating func next() async throws -> Element? {
      guard let (channel, result) = await self.base.next() else { return nil }
      return (channel.gateway, try result.get())
    }
  }

  /// Makes an iterator.
  public func makeAsyncIterator() -> Iterator { Iterator(base: self.merged.makeAsyncIterator()) }
}

@available(*, unavailable)
extension MultiChannel.Iterator: Sendable {}
