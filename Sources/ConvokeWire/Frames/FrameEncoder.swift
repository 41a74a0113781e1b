/// Writes frames, one after the other, into bytes that are then sent together.
public struct FrameEncoder: Sendable {
  /// How the values that frames carry are written.
  public var serializer: WireSerializer

  /// Makes an encoder.
  ///
  /// - Parameter serializer: How the values that frames carry are written.
  public init(serializer: WireSerializer = WireSerializer()) {
    self.serializer = serializer
  }

  /// Appends a frame.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - bytes: What it is appended to; left as it is if the frame is too long.
  /// - Throws: ``WireError`` with code `tooLarge` beyond 2,147,483,647 bytes.
  public func append(_ frame: Frame, to bytes: inout [UInt8]) throws(WireError) {
    let length = try self.checked(frame.payload.count)
    bytes.append(writing: Frame.headerLength + frame.payload.count) { writer in
      self.writeHeader(frame.code, frame.channel, length, &writer)
      writer.write(frame.payload)
    }
  }

  /// Appends a frame that carries a value, without making the frame first.
  ///
  /// - Parameters:
  ///   - code: What the frame is for.
  ///   - channel: The channel it is about, or 0 for the gateway itself.
  ///   - value: What it carries.
  ///   - bytes: What it is appended to; left as it is if the value cannot be written.
  /// - Throws: ``WireError`` with code `tooLarge`, `tooDeep`, `unhashable` or `channel`.
  public func append(
    _ code: MessageCode,
    channel: Int32,
    value: WireValue,
    to bytes: inout [UInt8]
  ) throws(WireError) {
    let size = try self.serializer.size(of: value)
    let length = try self.checked(size)
    bytes.append(writing: Frame.headerLength + size) { writer in
      self.writeHeader(code, channel, length, &writer)
      self.serializer.write(value, &writer)
    }
  }

  private func checked(_ length: Int) throws(WireError) -> Int32 {
    guard let length = Int32(exactly: length) else {
      throw WireError(.tooLarge, "a frame of \(length) bytes is longer than \(Int32.max)")
    }
    return length
  }

  private func writeHeader(
    _ code: MessageCode,
    _ channel: Int32,
    _ length: Int32,
    _ writer: inout ByteWriter
  ) {
    writer.write(UInt8(bitPattern: code.rawValue), channel)
    writer.write(length)
  }
}
