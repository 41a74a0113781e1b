/// Writes the data types of RFC 4251, section 5.
struct SSHWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { self.bytes.append(value) }

  mutating func boolean(_ value: Bool) { self.bytes.append(value ? 1 : 0) }

  mutating func number(_ value: UInt32) {
    for shift in [24, 16, 8, 0] {
      self.bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
    }
  }

  mutating func string(_ value: some Collection<UInt8>) {
    self.number(UInt32(value.count))
    self.bytes += value
  }

  mutating func string(_ value: String) { self.string(Array(value.utf8)) }
}
