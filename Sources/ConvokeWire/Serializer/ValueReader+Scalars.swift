/// The operations that make one value of bytes of their own.
extension ValueReader {
  /// The bytes beside its elements that an array takes.
  static var arrayHeader: Int { 32 }

  /// Runs an operation that makes a value.
  ///
  /// - Returns: The value, or `nil` if the operation is none of these.
  mutating func scalar(_ opcode: UInt8) throws(WireError) -> WireValue? {
    switch opcode {
    case Opcode.int, Opcode.long: .int(Int(try self.reader.int32()))
    case Opcode.python3String: try self.python3String()
    case Opcode.unicode: .string(try self.text())
    case Opcode.none: WireValue.none
    case Opcode.true: .bool(true)
    case Opcode.false: .bool(false)
    case Opcode.float: .float(try self.reader.double())
    case Opcode.bytes: .bytes(try self.byteString())
    case Opcode.longInt, Opcode.longLong: try self.decimal()
    case Opcode.complex: try self.complex()
    case Opcode.channel: try self.channel()
    case Opcode.python2String: try self.python2String()
    default: nil
    }
  }

  private mutating func byteString() throws(WireError) -> [UInt8] {
    let length = try self.length()
    try self.charge(Self.arrayHeader + length)
    return try self.reader.bytes(length)
  }

  @inline(__always)
  mutating func python3String() throws(WireError) -> WireValue {
    self.serializer.strings.isTextBytes ? .bytes(try self.byteString()) : .string(try self.text())
  }

  @inline(__always)
  private mutating func text() throws(WireError) -> String {
    let length = try self.length()
    guard let key = self.reader.shortTextKey(length) else { return try self.newText(length) }
    if let known = self.texts.find(key) {
      self.reader.skip(count: length)
      return known
    }
    return try self.newShortText(length, key)
  }

  @inline(never)
  private mutating func newShortText(
    _ length: Int,
    _ key: ShortTexts.Key
  ) throws(WireError) -> String {
    guard let text = key.text else { return try self.newText(length) }
    self.reader.skip(count: length)
    self.texts.insert(text, key)
    return text
  }

  @inline(never)
  private mutating func newText(_ length: Int) throws(WireError) -> String {
    if length > ShortTexts.longest { try self.charge(Self.arrayHeader + length) }
    guard let text = try self.reader.text(length) else { throw self.textError(length) }
    return text
  }

  @inline(never)
  private func textError(_ length: Int) -> WireError {
    WireError(.text, "a text of \(length) bytes is not UTF-8", offset: self.start)
  }

  private mutating func python2String() throws(WireError) -> WireValue {
    switch self.serializer.strings.python2String {
    case .bytes: return .bytes(try self.byteString())
    case .kept: return .python2String(try self.byteString())
    case .text:
      let length = try self.length()
      try self.charge(Self.arrayHeader + 4 * length)
      return .string(try self.reader.latin1(length))
    }
  }

  private mutating func decimal() throws(WireError) -> WireValue {
    let length = try self.length()
    try self.charge(Self.arrayHeader + 2 * length)
    switch try self.reader.decimal(length) {
    case .small(let value): return .int(value)
    case .large(let value):
      let limit = self.serializer.limits.digits
      guard value.digits <= limit else {
        let message = "an integer has \(value.digits) digits, more than \(limit)"
        throw WireError(.tooLarge, message, offset: self.start)
      }
      return .largeInteger(value)
    case nil: throw self.malformed("\(length) bytes are no decimal integer")
    }
  }

  private mutating func complex() throws(WireError) -> WireValue {
    let real = try self.reader.double()
    let imaginary = try self.reader.double()
    try self.charge(Self.arrayHeader)
    return .complex(WireComplex(real: real, imaginary: imaginary))
  }

  private mutating func channel() throws(WireError) -> WireValue {
    let number = try self.reader.int32()
    guard self.serializer.form == .message else {
      throw WireError(.channel, "channel \(number) has no gateway here", offset: self.start)
    }
    return .channel(WireChannelReference(number))
  }
}
