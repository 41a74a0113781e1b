/// Writes values as bytes and reads them back, byte for byte as execnet does.
///
/// It works without recursion over the bytes and checks every length before it takes memory: bytes
/// of a stranger give a value or an error.
///
/// Source of the format: `execnet.gateway_base`, classes `Serializer` and `Unserializer`, 2.1.2.
public struct WireSerializer: Sendable {
  /// Where values stand.
  public enum Form: Sendable, Hashable {
    /// In a message of a gateway: without a version, and with channels.
    case message
    /// By themselves, as execnet's `dumps` and `loads` have them: with a version, no channels.
    case standalone
  }

  /// Where values stand.
  public var form: Form
  /// How large a value may be.
  public var limits: WireLimits
  /// What strings become when they are read.
  public var strings: WireStringCoercion

  /// Makes a serializer.
  ///
  /// - Parameters:
  ///   - form: Where values stand.
  ///   - limits: How large a value may be.
  ///   - strings: What strings become when they are read; by default as execnet has it, which
  ///     differs between messages and values by themselves.
  public init(
    form: Form = .message,
    limits: WireLimits = WireLimits(),
    strings: WireStringCoercion? = nil
  ) {
    self.form = form
    self.limits = limits
    self.strings = strings ?? (form == .message ? .channel : .loads)
  }
}

extension WireSerializer {
  /// Writes a value.
  ///
  /// - Parameter value: The value.
  /// - Returns: The bytes.
  /// - Throws: ``WireError`` with code `tooLarge`, `tooDeep`, `unhashable` or `channel`.
  public func bytes(of value: WireValue) throws(WireError) -> [UInt8] {
    var bytes: [UInt8] = []
    try self.append(value, to: &bytes)
    return bytes
  }

  /// Writes a value after other bytes, which stay as they are if it cannot be written.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - bytes: What the value is appended to.
  /// - Throws: ``WireError`` with code `tooLarge`, `tooDeep`, `unhashable` or `channel`.
  public func append(_ value: WireValue, to bytes: inout [UInt8]) throws(WireError) {
    let size = try self.size(of: value)
    bytes.append(writing: size) { writer in self.write(value, &writer) }
  }

  /// Counts the bytes of a value without writing it.
  ///
  /// - Parameter value: The value.
  /// - Returns: The number of bytes.
  /// - Throws: ``WireError`` with code `tooLarge`, `tooDeep`, `unhashable` or `channel`.
  public func size(of value: WireValue) throws(WireError) -> Int {
    var measure = ValueMeasure(self)
    try measure.add(value)
    return measure.size + (self.form == .standalone ? 2 : 1)
  }

  /// Writes a value that has been measured.
  func write(_ value: WireValue, _ bytes: inout ByteWriter) {
    if self.form == .standalone { bytes.write(Opcode.version) }
    var writer = ValueWriter(bytes: bytes)
    writer.write(value)
    writer.stop()
    bytes = writer.bytes
  }
}

extension WireSerializer {
  /// Reads a value; bytes after its end are left alone.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: The value.
  /// - Throws: ``WireError`` with the offset of what is wrong.
  public func value(from bytes: [UInt8]) throws(WireError) -> WireValue {
    try self.value(from: bytes.span).value
  }

  /// Reads a value; bytes after its end are left alone.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: The value, and how many bytes it took.
  /// - Throws: ``WireError`` with the offset of what is wrong, from the start of the span.
  public func value(from bytes: Span<UInt8>) throws(WireError) -> (value: WireValue, count: Int) {
    try unsafe bytes.withUnsafeBytes { buffer throws(WireError) in
      guard let base = buffer.baseAddress else {
        throw WireError(.truncated, "there are no bytes", offset: 0)
      }
      var reader = unsafe ByteReader(base, count: buffer.count)
      if self.form == .standalone { try self.checkVersion(&reader) }
      return try ValueReader.read(reader, self)
    }
  }

  private func checkVersion(_ reader: inout ByteReader) throws(WireError) {
    let version = try reader.byte()
    guard version == Opcode.version else {
      throw WireError(.malformed, "the version of the serializer is \(version), not 2", offset: 0)
    }
  }
}
