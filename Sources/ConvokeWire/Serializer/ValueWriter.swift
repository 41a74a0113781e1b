/// Writes values that have been measured, byte for byte as execnet does.
struct ValueWriter {
  var bytes: ByteWriter

  mutating func write(_ value: WireValue) {
    switch value {
    case .none: self.write(Opcode.none)
    case .bool(let value): self.write(value ? Opcode.true : Opcode.false)
    case .int(let value): self.write(value)
    case .float(let value):
      self.write(Opcode.float)
      self.bytes.write(value)
    case .complex(let value):
      self.write(Opcode.complex)
      self.bytes.write(value.real)
      self.bytes.write(value.imaginary)
    case .string(let text): self.write(Opcode.python3String, text)
    case .largeInteger(let value): self.write(Opcode.longInt, value.decimal)
    case .bytes(let bytes): self.write(Opcode.bytes, bytes)
    case .python2String(let bytes): self.write(Opcode.python2String, bytes)
    case .channel(let channel): self.write(Opcode.channel, channel.number)
    case .list(let items): self.writeList(items)
    case .tuple(let items): self.writeAll(items, Opcode.buildTuple)
    case .set(let items): self.writeAll(items, Opcode.set)
    case .frozenSet(let items): self.writeAll(items, Opcode.frozenSet)
    case .dictionary(let pairs):
      self.write(Opcode.newDictionary)
      for pair in pairs {
        self.write(pair.key)
        self.write(pair.value)
        self.write(Opcode.setItem)
      }
    }
  }

  /// Writes the end of the value.
  mutating func stop() {
    self.write(Opcode.stop)
  }

  private mutating func writeList(_ items: [WireValue]) {
    self.write(Opcode.newList, Int32(items.count))
    var index: Int32 = 0
    for item in items {
      self.write(Opcode.int, index)
      self.write(item)
      self.write(Opcode.setItem)
      index &+= 1
    }
  }

  private mutating func writeAll(_ items: [WireValue], _ opcode: UInt8) {
    for item in items { self.write(item) }
    self.write(opcode, Int32(items.count))
  }

  private mutating func write(_ value: Int) {
    if let small = Int32(exactly: value) {
      self.write(Opcode.int, small)
    } else {
      self.write(Opcode.longInt, String(value))
    }
  }

  private mutating func write(_ opcode: UInt8, _ text: String) {
    self.write(opcode, Int32(text.utf8.count))
    self.bytes.write(text)
  }

  private mutating func write(_ opcode: UInt8, _ bytes: [UInt8]) {
    self.write(opcode, Int32(bytes.count))
    self.bytes.write(bytes)
  }

  private mutating func write(_ opcode: UInt8, _ operand: Int32) {
    self.bytes.write(opcode, operand)
  }

  private mutating func write(_ opcode: UInt8) {
    self.bytes.write(opcode)
  }
}
