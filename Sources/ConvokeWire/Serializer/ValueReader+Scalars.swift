/// The operations that push one value with bytes of its own.
extension ValueReader {
  /// The bytes beside its elements that an array takes.
  static var arrayHeader: Int { 32 }

  mutating func byteString() throws(WireError) -> [UInt8] {
    let length = try self.length()
    try self.chargeBytes(length)
    return try self.reader.bytes(length)
  }

  mutating func pushText(_ opcode: Opcode) throws(WireError) {
    if opcode == .python3String, self.serializer.strings.isTextBytes {
      return try self.push(.bytes(try self.byteString()))
    }
    let length = try self.length()
    if length > 15 { try self.chargeBytes(length) }
    guard let text = try self.reader.text(length) else {
      throw WireError(.text, "a text of \(length) bytes is not UTF-8", offset: self.start)
    }
    try self.push(.string(text))
  }

  mutating func pushPython2String() throws(WireError) {
    switch self.serializer.strings.python2String {
    case .bytes: try self.push(.bytes(try self.byteString()))
    case .kept: try self.push(.python2String(try self.byteString()))
    case .text:
      let length = try self.length()
      try self.chargeBytes(4 * length)
      try self.push(.string(try self.reader.latin1(length)))
    }
  }

  mutating func pushDecimal() throws(WireError) {
    let length = try self.length()
    try self.chargeBytes(2 * length)
    switch try self.reader.decimal(length) {
    case .small(let value): try self.push(.int(value))
    case .large(let value):
      let limit = self.serializer.limits.digits
      guard value.digits <= limit else {
        let message = "an integer has \(value.digits) digits, more than \(limit)"
        throw WireError(.tooLarge, message, offset: self.start)
      }
      try self.push(.largeInteger(value))
    case nil: throw self.malformed("\(length) bytes are no decimal integer")
    }
  }

  mutating func pushComplex() throws(WireError) {
    let real = try self.reader.double()
    let value = WireComplex(real: real, imaginary: try self.reader.double())
    try self.charge(Self.arrayHeader)
    try self.push(.complex(value))
  }

  mutating func pushChannel() throws(WireError) {
    let number = try self.reader.int32()
    guard self.serializer.form == .message else {
      throw WireError(.channel, "channel \(number) has no gateway here", offset: self.start)
    }
    try self.push(.channel(WireChannelReference(number)))
  }

  /// Takes memory for bytes, if there are as many.
  private mutating func chargeBytes(_ length: Int) throws(WireError) {
    try self.charge(Self.arrayHeader + length)
  }
}
