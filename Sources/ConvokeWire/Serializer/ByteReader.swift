/// A position in bytes, whose every step is checked against their end.
///
/// It holds an address: whoever makes one keeps the bytes in place as long as it is used.
@safe struct ByteReader {
  private let base: UnsafeRawPointer
  private let end: UnsafeRawPointer
  private var next: UnsafeRawPointer
  private var marked: UnsafeRawPointer

  init(_ base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    unsafe self.end = base + count
    unsafe self.next = base
    unsafe self.marked = base
  }

  /// The number of bytes that have been read.
  var offset: Int { unsafe self.next - self.base }
  /// How many bytes are left.
  var remaining: Int { unsafe self.end - self.next }

  /// Marks the last position but so many bytes, for errors that come later.
  @inline(__always)
  mutating func mark(back count: Int = 0) { unsafe self.marked = self.next - count }

  /// The position that was marked.
  var markedOffset: Int { unsafe self.marked - self.base }

  /// Reads one byte.
  @inline(__always)
  mutating func byte() throws(WireError) -> UInt8 {
    try self.load(UInt8.self)
  }

  /// Reads a big-endian integer of 32 bits.
  @inline(__always)
  mutating func int32() throws(WireError) -> Int32 {
    try self.load(Int32.self)
  }

  /// Steps over a byte if it comes next.
  ///
  /// - Returns: Whether it did.
  @inline(__always)
  mutating func skip(_ byte: UInt8) -> Bool {
    guard unsafe self.next < self.end, unsafe self.next.load(as: UInt8.self) == byte else {
      return false
    }
    unsafe self.next += 1
    return true
  }

  /// Steps over a byte and an integer of 32 bits if they come next.
  ///
  /// - Returns: Whether they did.
  @inline(__always)
  mutating func skip(_ byte: UInt8, _ value: Int32) -> Bool {
    guard self.remaining >= 5, unsafe self.next.load(as: UInt8.self) == byte,
      unsafe self.next.loadUnaligned(fromByteOffset: 1, as: Int32.self) == value.bigEndian
    else { return false }
    unsafe self.next += 5
    return true
  }

  /// Goes back to a position that was read before.
  mutating func rewind(to offset: Int) {
    precondition(0...self.offset ~= offset)
    unsafe self.next = self.base + offset
  }

  /// Reads a floating-point number of 64 bits, bit by bit.
  mutating func double() throws(WireError) -> Double {
    Double(bitPattern: UInt64(bitPattern: try self.load(Int64.self)))
  }

  /// Reads bytes.
  mutating func bytes(_ length: Int) throws(WireError) -> [UInt8] {
    try unsafe self.withBytes(length) { buffer in unsafe [UInt8](buffer) }
  }

  /// Reads text in UTF-8, or gives `nil` if it is none; text that is known to be ASCII is not checked.
  mutating func text(_ length: Int, isASCII: Bool = false) throws(WireError) -> String? {
    try unsafe self.withBytes(length) { buffer in
      let bytes = unsafe Span<UInt8>(_unsafeElements: buffer.bindMemory(to: UInt8.self))
      // To find out is faster here than in the check for all texts.
      if unsafe isASCII || Self.isASCII(buffer) {
        return unsafe String(copying: UTF8Span(unchecked: bytes, isKnownASCII: true))
      }
      guard let text = try? UTF8Span(validating: bytes) else { return nil }
      return String(copying: text)
    }
  }

  /// Whether all bytes are ASCII, looked at in words; the last word may overlap the one before.
  private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let last = bytes.count &- MemoryLayout<UInt64>.size
    guard last >= 0 else { return unsafe bytes.allSatisfy { $0 < 0x80 } }
    var bits = unsafe bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self)
    var offset = 0
    while offset < last {
      bits |= unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      offset &+= MemoryLayout<UInt64>.size
    }
    return bits & 0x8080_8080_8080_8080 == 0
  }

  /// The key of a short text that comes next, if enough bytes follow to make one.
  @inline(__always)
  func shortTextKey(_ length: Int) -> ShortTexts.Key? {
    guard length <= ShortTexts.longest, self.remaining >= ShortTexts.keyLength else { return nil }
    return unsafe ShortTexts.Key(self.next, count: length)
  }

  /// Steps over bytes that are known to be there.
  @inline(__always)
  mutating func skip(count: Int) {
    precondition(0...self.remaining ~= count)
    unsafe self.next += count
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
    guard self.remaining >= size else { throw self.truncated(size) }
    defer { unsafe self.next += size }
    return unsafe Integer(bigEndian: self.next.loadUnaligned(as: type))
  }

  @inline(__always)
  private mutating func withBytes<Answer>(
    _ length: Int,
    _ body: (UnsafeRawBufferPointer) -> Answer
  ) throws(WireError) -> Answer {
    guard self.remaining >= length else { throw self.truncated(length) }
    defer { unsafe self.next += length }
    return unsafe body(UnsafeRawBufferPointer(start: self.next, count: length))
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
