/// A position in bytes, whose every step is checked against their end.
///
/// It holds an address: whoever makes one keeps the bytes in place as long as it is used.
@safe struct ByteReader {
  /// The number of bytes that have been read.
  private(set) var offset = 0
  /// The number of all bytes.
  let count: Int
  private let base: UnsafeRawPointer?

  init(_ buffer: UnsafeRawBufferPointer) {
    unsafe self.base = buffer.baseAddress
    self.count = buffer.count
  }

  /// How many bytes are left.
  var remaining: Int { self.count &- self.offset }

  /// Reads one byte.
  mutating func byte() throws(WireError) -> UInt8 {
    try self.load(UInt8.self)
  }

  /// Reads a big-endian integer of 32 bits.
  mutating func int32() throws(WireError) -> Int32 {
    try self.load(Int32.self)
  }

  /// Steps over a byte if it comes next.
  ///
  /// - Returns: Whether it did.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard self.remaining >= 1, let base = unsafe self.base else { return false }
    let next = unsafe base.loadUnaligned(fromByteOffset: self.offset, as: UInt8.self)
    guard next == byte else { return false }
    self.offset &+= 1
    return true
  }

  /// Steps over a byte and an integer of 32 bits if they come next.
  ///
  /// - Returns: Whether they did.
  mutating func skip(_ byte: UInt8, _ value: Int32) -> Bool {
    guard self.remaining >= 5, let base = unsafe self.base else { return false }
    let next = unsafe base.loadUnaligned(fromByteOffset: self.offset, as: UInt8.self)
    let word = unsafe base.loadUnaligned(fromByteOffset: self.offset &+ 1, as: Int32.self)
    guard next == byte, Int32(bigEndian: word) == value else { return false }
    self.offset &+= 5
    return true
  }

  /// Goes back to a position that was read before.
  mutating func rewind(to offset: Int) {
    precondition(0...self.offset ~= offset)
    self.offset = offset
  }

  /// Reads a floating-point number of 64 bits, bit by bit.
  mutating func double() throws(WireError) -> Double {
    Double(bitPattern: UInt64(bitPattern: try self.load(Int64.self)))
  }

  /// Reads bytes.
  mutating func bytes(_ length: Int) throws(WireError) -> [UInt8] {
    try unsafe self.withBytes(length) { buffer in unsafe [UInt8](buffer) }
  }

  /// Reads text in UTF-8, or gives `nil` if it is none.
  mutating func text(_ length: Int) throws(WireError) -> String? {
    try unsafe self.withBytes(length) { buffer in
      let bytes = unsafe Span<UInt8>(_unsafeElements: buffer.bindMemory(to: UInt8.self))
      guard let text = try? UTF8Span(validating: bytes) else { return nil }
      return String(copying: text)
    }
  }

  /// Reads text in Latin-1, where every byte is a character.
  mutating func latin1(_ length: Int) throws(WireError) -> String {
    try unsafe self.withBytes(length) { buffer in
      var text = ""
      unsafe text.unicodeScalars.append(contentsOf: buffer.lazy.map { Unicode.Scalar($0) })
      return text
    }
  }

  /// Reads a decimal integer, or gives `nil` if there is none.
  mutating func decimal(_ length: Int) throws(WireError) -> DecimalText.Number? {
    try unsafe self.withBytes(length) { buffer in unsafe DecimalText.parse(buffer) }
  }

  @inline(__always)
  private mutating func load<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type
  ) throws(WireError) -> Integer {
    let size = MemoryLayout<Integer>.size
    guard self.remaining >= size, let base = unsafe self.base else { throw self.truncated(size) }
    defer { self.offset &+= size }
    return unsafe Integer(bigEndian: base.loadUnaligned(fromByteOffset: self.offset, as: type))
  }

  @inline(__always)
  private mutating func withBytes<Answer>(
    _ length: Int,
    _ body: (UnsafeRawBufferPointer) -> Answer
  ) throws(WireError) -> Answer {
    guard self.remaining >= length else { throw self.truncated(length) }
    defer { self.offset &+= length }
    let start = unsafe self.base.map { unsafe $0 + self.offset }
    return unsafe body(UnsafeRawBufferPointer(start: start, count: length))
  }

  @inline(never)
  private func truncated(_ length: Int) -> WireError {
    WireError(
      .truncated,
      "\(length) bytes should follow and \(self.remaining) do",
      offset: self.offset
    )
  }
}
