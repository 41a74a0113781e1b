/// A position in memory that was allocated for exactly the bytes that will be written.
///
/// It holds an address: whoever makes one keeps the memory in place as long as it is used.
@safe struct ByteWriter {
  private(set) var count = 0
  private let base: UnsafeMutableRawPointer
  private let capacity: Int

  init(_ base: UnsafeMutableRawPointer, capacity: Int) {
    unsafe self.base = base
    self.capacity = capacity
  }

  /// Writes one byte.
  mutating func write(_ byte: UInt8) {
    self.store(byte)
  }

  /// Writes an integer of 32 bits after a byte.
  mutating func write(_ byte: UInt8, _ value: Int32) {
    precondition(self.capacity &- self.count >= 5)
    unsafe self.base.storeBytes(of: byte, toByteOffset: self.count, as: UInt8.self)
    let bytes = value.bigEndian
    unsafe self.base.storeBytes(of: bytes, toByteOffset: self.count &+ 1, as: Int32.self)
    self.count &+= 5
  }

  /// Writes an integer of 32 bits.
  mutating func write(_ value: Int32) {
    self.store(value.bigEndian)
  }

  /// Writes the bits of a floating-point number.
  mutating func write(_ value: Double) {
    self.store(value.bitPattern.bigEndian)
  }

  /// Writes bytes.
  mutating func write(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe self.copy($0) }
  }

  /// Writes text in UTF-8.
  mutating func write(_ text: String) {
    let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe self.copy(UnsafeRawBufferPointer($0))
    }
    if done == nil { self.write([UInt8](text.utf8)) }
  }

  private mutating func store(_ value: some FixedWidthInteger & BitwiseCopyable) {
    let size = MemoryLayout.size(ofValue: value)
    precondition(self.capacity &- self.count >= size)
    unsafe self.base.storeBytes(of: value, toByteOffset: self.count, as: type(of: value))
    self.count &+= size
  }

  private mutating func copy(_ buffer: UnsafeRawBufferPointer) {
    precondition(self.capacity &- self.count >= buffer.count)
    if let source = buffer.baseAddress {
      unsafe (self.base + self.count).copyMemory(from: source, byteCount: buffer.count)
    }
    self.count &+= buffer.count
  }
}
