/// The short texts that were read last: names and keys come again and again.
///
/// Making a string of bytes takes longer than finding one here. Where a text is kept
/// follows from its bytes, so a newer one may take the place of an older one. The memory is lent by
/// whoever makes this, who keeps it in place as long as this is used.
@safe struct ShortTexts: ~Copyable {
  /// The most bytes of a short text.
  static var longest: Int { 15 }
  /// How many bytes are looked at to find a text, however short it is.
  static var keyLength: Int { 16 }

  /// A text as two words, with its length in the last byte.
  struct Key: Equatable {
    fileprivate let first: UInt64
    fileprivate let second: UInt64

    /// The key of up to ``ShortTexts/longest`` bytes, of which ``ShortTexts/keyLength`` can be read.
    @inline(__always)
    init(_ bytes: UnsafeRawPointer, count: Int) {
      let first = unsafe bytes.loadUnaligned(as: UInt64.self)
      let second = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      let bits = UInt64(truncatingIfNeeded: 8 &* count)
      let mask = (1 as UInt64) &<< bits &- 1
      let isLong = count >= 8
      self.first = isLong ? UInt64(littleEndian: first) : UInt64(littleEndian: first) & mask
      self.second = (isLong ? UInt64(littleEndian: second) & mask : 0) | bits &<< 53
    }

    /// The text, if it is ASCII.
    var text: String? {
      guard (self.first | self.second) & 0x8080_8080_8080_8080 == 0 else { return nil }
      return unsafe String(unsafeUninitializedCapacity: ShortTexts.longest) { buffer in
        guard let bytes = UnsafeMutableRawPointer(buffer.baseAddress) else { return 0 }
        unsafe bytes.storeBytes(of: self.first.littleEndian, as: UInt64.self)
        // The other seven bytes, by two words that overlap in one.
        let middle = UInt32(truncatingIfNeeded: self.second)
        let last = UInt32(truncatingIfNeeded: self.second &>> 24)
        unsafe bytes.storeBytes(of: middle.littleEndian, toByteOffset: 8, as: UInt32.self)
        unsafe bytes.storeBytes(of: last.littleEndian, toByteOffset: 11, as: UInt32.self)
        return Int(truncatingIfNeeded: self.second &>> 56)
      }
    }

    @inline(__always)
    fileprivate var place: Int {
      let mixed = (self.first &* 0x9E37_79B9_7F4A_7C15) ^ (self.second &* 0xD6E8_FEB8_6659_FD93)
      return Int(truncatingIfNeeded: mixed &>> 59)
    }
  }

  private struct Entry {
    var key: Key
    var text: String
  }

  private let entries: UnsafeMutablePointer<Entry>
  /// One bit for each entry that holds a text.
  private var used: UInt32 = 0
  /// How many more texts that are not here make it give up: it may not pay to look.
  private var patience = 64

  /// The bytes of memory that are lent.
  static var lentSize: Int { 32 * MemoryLayout<Entry>.stride }

  /// Makes an empty one in memory of ``lentSize`` bytes, aligned to 16.
  init(_ memory: UnsafeMutableRawPointer) {
    unsafe self.entries = memory.bindMemory(to: Entry.self, capacity: 32)
  }

  deinit {
    var rest = self.used
    while rest != 0 {
      unsafe (self.entries + rest.trailingZeroBitCount).deinitialize(count: 1)
      rest &= rest &- 1
    }
  }

  /// The text of a key, if it is here.
  @inline(__always)
  mutating func find(_ key: Key) -> String? {
    guard self.patience > 0 else { return nil }
    let place = key.place
    guard self.used & 1 &<< UInt32(truncatingIfNeeded: place) != 0,
      unsafe self.entries[place].key == key
    else { return nil }
    self.patience &+= 1
    return unsafe self.entries[place].text
  }

  /// Keeps a text that was not here.
  mutating func insert(_ text: String, _ key: Key) {
    guard self.patience > 0 else { return }
    self.patience &-= 1
    let place = key.place
    let bit = (1 as UInt32) &<< UInt32(truncatingIfNeeded: place)
    if self.used & bit != 0 {
      unsafe self.entries[place] = Entry(key: key, text: text)
    } else {
      unsafe (self.entries + place).initialize(to: Entry(key: key, text: text))
      self.used |= bit
    }
  }
}
