/// Reads JSON (RFC 8259), keeping the order of fields and whole numbers apart from fractions.
struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  private static let deepest = 200

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads one value that is the whole text.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/syntax`` that names the byte.
  static func read(_ bytes: [UInt8]) throws(SweepError) -> ParameterValue {
    var reader = JSONReader(bytes)
    let value = try reader.value()
    reader.skipSpace()
    guard reader.index == reader.bytes.count else { throw reader.problem("more after the value") }
    return value
  }

  private func problem(_ words: String) -> SweepError {
    SweepError(.syntax, "not JSON: \(words) at byte \(self.index)")
  }

  private var next: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

  private mutating func skipSpace() {
    while let byte = self.next, byte <= 0x20, Self.isSpace(byte) { self.index += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    self.skipSpace()
    guard self.next == UInt8(ascii: scalar) else { return false }
    self.index += 1
    return true
  }

  private mutating func value() throws(SweepError) -> ParameterValue {
    self.skipSpace()
    self.depth += 1
    defer { self.depth -= 1 }
    guard self.depth < Self.deepest else { throw self.problem("nested too deeply") }
    switch self.next {
    case UInt8(ascii: "{"): return .object(try self.fields())
    case UInt8(ascii: "["): return .list(try self.elements())
    case UInt8(ascii: "\""): return .text(try self.string())
    case UInt8(ascii: "t"): return try self.word("true", .bool(true))
    case UInt8(ascii: "f"): return try self.word("false", .bool(false))
    case UInt8(ascii: "n"): return try self.word("null", .null)
    case nil: throw self.problem("the end came too early")
    default: return try self.number()
    }
  }

  private mutating func word(
    _ word: String,
    _ value: ParameterValue
  ) throws(SweepError)
    -> ParameterValue
  {
    guard self.bytes[self.index...].starts(with: word.utf8) else { throw self.problem("no value") }
    self.index += word.utf8.count
    return value
  }

  private mutating func number() throws(SweepError) -> ParameterValue {
    if let number = self.shortNumber() { return .int(number) }
    let digits = self.bytes[self.index...].prefix { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "+-.eE".utf8.contains(byte)
      }
    }
    let text = String(decoding: digits, as: UTF8.self)
    let isStrict = digits.first != UInt8(ascii: "+") && digits.first != UInt8(ascii: ".")
    guard isStrict, let number = Double(text) else { throw self.problem("no value") }
    self.index += digits.count
    return Int(text).map { .int($0) } ?? .double(number)
  }

  // Most numbers are short and whole: up to 18 digits, which cannot overflow.
  private mutating func shortNumber() -> Int? {
    var end = self.index
    let isNegative = self.next == UInt8(ascii: "-")
    if isNegative { end += 1 }
    let first = end
    var number = 0
    while end < self.bytes.count, case let digit = self.bytes[end] &- UInt8(ascii: "0"), digit < 10
    {
      number = number &* 10 &+ Int(digit)
      end += 1
    }
    guard (1...18).contains(end - first) else { return nil }
    if end < self.bytes.count, "+-.eE".utf8.contains(self.bytes[end]) { return nil }
    self.index = end
    return isNegative ? -number : number
  }

  private mutating func elements() throws(SweepError) -> [ParameterValue] {
    self.index += 1
    var elements: [ParameterValue] = []
    if self.take("]") { return elements }
    repeat { elements.append(try self.value()) } while self.take(",")
    guard self.take("]") else { throw self.problem("a list without its end") }
    return elements
  }

  private mutating func fields() throws(SweepError) -> [ParameterValue.Field] {
    self.index += 1
    var fields: [ParameterValue.Field] = []
    if self.take("}") { return fields }
    repeat {
      self.skipSpace()
      guard self.next == UInt8(ascii: "\"") else { throw self.problem("no name of a field") }
      let name = try self.string()
      guard self.take(":") else { throw self.problem("no colon after a name") }
      fields.append(ParameterValue.Field(name, try self.value()))
    } while self.take(",")
    guard self.take("}") else { throw self.problem("an object without its end") }
    return fields
  }

  private mutating func string() throws(SweepError) -> String {
    self.index += 1
    if let plain = self.plainString() { return plain }
    var text: [UInt8] = []
    while let byte = self.next {
      self.index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw self.problem("text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): try self.escape(into: &text)
      case 0..<32: throw self.problem("a control character")
      default: text.append(byte)
      }
    }
    throw self.problem("text without its end")
  }

  // ASCII without escapes, which is what most texts are.
  private mutating func plainString() -> String? {
    var end = self.index
    while end < self.bytes.count, case let byte = self.bytes[end], byte >= 0x20, byte < 0x80 {
      if byte == UInt8(ascii: "\\") { return nil }
      if byte == UInt8(ascii: "\"") {
        defer { self.index = end + 1 }
        return String(decoding: self.bytes[self.index..<end], as: UTF8.self)
      }
      end += 1
    }
    return nil
  }

  private mutating func escape(into text: inout [UInt8]) throws(SweepError) {
    guard let byte = self.next else { throw self.problem("text without its end") }
    self.index += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "u"):
      let scalar = try self.scalar()
      text += String(scalar).utf8
    default: throw self.problem("an unknown escape")
    }
  }

  private mutating func scalar() throws(SweepError) -> Unicode.Scalar {
    var code = try self.unit()
    if (0xD800..<0xDC00).contains(code), self.bytes[self.index...].starts(with: "\\u".utf8) {
      self.index += 2
      let low = try self.unit()
      code = 0x10000 + (code - 0xD800) << 10 + (low &- 0xDC00) & 0x3FF
    }
    return Unicode.Scalar(code) ?? "\u{FFFD}"
  }

  private mutating func unit() throws(SweepError) -> UInt32 {
    let digits = self.bytes[self.index...].prefix(4)
    guard digits.count == 4, let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw self.problem("an escape without four hexadecimal digits") }
    self.index += 4
    return unit
  }
}

extension ParameterValue {
  /// Reads JSON (RFC 8259).
  ///
  /// - Parameter text: One value, with white space around it at most.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/syntax`` that names the byte.
  public init(json text: String) throws(SweepError) {
    self = try JSONReader.read(Array(text.utf8))
  }
}
