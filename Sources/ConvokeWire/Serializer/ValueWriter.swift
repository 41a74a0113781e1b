/// Writes values that have been measured, byte for byte as execnet does.
struct ValueWriter {
  var bytes: ByteWriter

  mutating func write(_ value: WireValue) {
    switch value {
    case .none: self.write(.null)
    case .bool(let value): self.write(value ? .true : .false)
    case .int(let value): self.write(value)
    case .float(let value):
      self.write(.float)
      self.bytes.write(value)
    case .complex(let value):
      self.write(.complex)
      self.bytes.write(value.real)
      self.bytes.write(value.imaginary)
    case .string(let text): self.write(.python3String, text)
    case .largeInteger(let value): self.write(.longInt, value.decimal)
    case .bytes(let bytes): self.write(.bytes, bytes)
    case .python2String(let bytes): self.write(.python2String, bytes)
    case .channel(let channel): self.write(.channel, channel.number)
    case .list(let items): self.writeList(items)
    case .tuple(let items): self.writeAll(items, .buildTuple)
    case .set(let items): self.writeAll(items, .set)
    case .frozenSet(let items): self.writeAll(items, .frozenSet)
    case .dictionary(let pairs):
      self.write(.newDictionary)
      for pair in pairs {
        self.write(pair.key)
        self.write(pair.value)
        self.write(.setItem)
      }
    }
  }

  /// Writes the end of the value.
  mutating func stop() {
    self.write(.stop)
  }

  private mutating func writeList(_ items: [WireValue]) {
    self.write(.newList, Int32(items.count))
    var index: Int32 = 0
    for item in items {
      self.write(.int, index)
      self.write(item)
      self.write(.setItem)
      index &+= 1
    }
  }

  private mutating func writeAll(_ items: [WireValue], _ opcode: Opcode) {
    for item in items { self.write(item) }
    self.write(opcode, Int32(items.count))
  }

  private mutating func write(_ value: Int) {
    if let small = Int32(exactly: value) {
      self.write(.int, small)
    } else {
      self.write(.longInt, String(value))
    }
  }

  private mutating func write(_ opcode: Opcode, _ text: String) {
    self.write(opcode, Int32(text.utf8.count))
    self.bytes.write(text)
  }

  private mutating func write(_ opcode: Opcode, _ bytes: [UInt8]) {
    self.write(opcode, Int32(bytes.count))
    self.bytes.write(bytes)
  }

  private mutating func write(_ opcode: Opcode, _ operand: Int32) {
    self.bytes.write(opcode.rawValue, operand)
  }

  private mutating func write(_ opcode: Opcode) {
    self.bytes.write(opcode.rawValue)
  }
}
