import ConvokeWire
import Synchronization

/// Reads the items of a channel, text or bytes, as one stream: execnet's `makefile("r")`.
///
/// Text is read as UTF-8. One task reads at a time.
public final class ChannelReader: Sendable {
  private let channel: Channel
  private let closesChannel: Bool
  private let buffer = Mutex<ArraySlice<UInt8>>([])

  /// Makes a reader; see ``Channel/makeReader(closesChannel:)``.
  init(_ channel: Channel, closesChannel: Bool) {
    self.channel = channel
    self.closesChannel = closesChannel
  }

  /// Reads bytes.
  ///
  /// - Parameter count: How many; fewer come at the end of the stream alone.
  /// - Returns: The bytes; none at the end.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/badValue`` for an item that is neither
  ///   text nor bytes, and as ``Channel/receive(within:)`` when the other side failed or was lost.
  public func read(_ count: Int) async throws -> [UInt8] {
    while self.buffer.withLock({ $0.count < count }), try await self.fill() {}
    return self.take(count)
  }

  /// Reads all that comes until the end of the stream.
  ///
  /// - Returns: The bytes.
  /// - Throws: As ``read(_:)``.
  public func readToEnd() async throws -> [UInt8] {
    while try await self.fill() {}
    return self.take(.max)
  }

  /// Reads a line as it is, its LF included.
  ///
  /// - Returns: The bytes; a last line may have no LF; `nil` at the end of the stream.
  /// - Throws: As ``read(_:)``.
  public func readLineBytes() async throws -> [UInt8]? {
    var searched = 0
    while true {
      let line = self.buffer.withLock { buffer -> [UInt8]? in
        let rest = buffer.dropFirst(searched)
        searched = buffer.count
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { buffer = buffer[(end + 1)...] }
        return Array(buffer[...end])
      }
      if let line { return line }
      if try await !self.fill() { break }
    }
    let rest = self.take(.max)
    return rest.isEmpty ? nil : rest
  }

  /// Reads a line of text.
  ///
  /// - Parameter strippingNewline: Whether the LF at its end is left out.
  /// - Returns: The line; `nil` at the end of the stream.
  /// - Throws: As ``read(_:)``.
  public func readLine(strippingNewline: Bool = true) async throws -> String? {
    guard let line = try await self.readLineBytes() else { return nil }
    let isWhole = line.last == UInt8(ascii: "\n")
    return String(
      decoding: strippingNewline && isWhole ? line.dropLast() : line[...],
      as: UTF8.self
    )
  }

  /// The lines that are still to come, without their LF.
  public var lines: Lines { Lines(reader: self) }

  /// Closes the channel, if the reader was made to do so.
  public func close() { if self.closesChannel { self.channel.close() } }

  private func take(_ count: Int) -> [UInt8] {
    self.buffer.withLock { buffer in
      defer { buffer = buffer.dropFirst(count) }
      return Array(buffer.prefix(count))
    }
  }

  // Takes the next item; says whether there was one.
  private func fill() async throws -> Bool {
    let item: WireValue
    do {
      item = try await self.channel.receive()
    } catch let error as GatewayError where error.code == .endOfChannel {
      return false
    }
    guard let bytes = item.string.map({ Array($0.utf8) }) ?? item.bytes else {
      throw GatewayError(
        .badValue,
        "the item received on \(self.channel.name) is \(item.typeName), neither text nor bytes"
      )
    }
    self.buffer.withLock { $0 += bytes }
    return true
  }
}

extension ChannelReader {
  /// The lines of a stream as they come.
  public struct Lines: AsyncSequence, Sendable {
    let reader: ChannelReader

    /// Hands out line after line.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
      let reader: ChannelReader

      /// Waits for the next line; `nil` at the end of the stream.
      public func next() async throws -> String? { try await self.reader.readLine() }
    }

    /// Makes the iterator; all iterators of a reader share its lines.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: self.reader) }
  }
}

extension Channel {
  /// Reads the items of the channel as one stream.
  ///
  /// - Parameter closesChannel: Whether closing the reader closes the channel.
  /// - Returns: The reader.
  public func makeReader(closesChannel: Bool = false) -> ChannelReader {
    ChannelReader(self, closesChannel: closesChannel)
  }

  /// Writes text and bytes as items of the channel.
  ///
  /// - Parameter closesChannel: Whether closing the writer closes the channel.
  /// - Returns: The writer.
  public func makeWriter(closesChannel: Bool = false) -> ChannelWriter {
    ChannelWriter(channel: self, closesChannel: closesChannel)
  }
}
