/// Decimal integers as text, read as generously as Python's `int` reads bytes.
enum DecimalText {
  /// What a text stands for.
  enum Number {
    case small(Int)
    case large(WireLargeInteger)
  }

  /// Reads a text: blanks around it, a sign, and digits with single underscores between them.
  ///
  /// - Parameter text: The bytes of the text.
  /// - Returns: The number, or `nil` if the text is none.
  static func parse(_ text: some Collection<UInt8>) -> Number? {
    if let small = self.plain(text) { return .small(small) }
    var rest = text.drop(while: self.isBlank)
    let isNegative = rest.first == self.minus
    if isNegative || rest.first == self.plus { rest = rest.dropFirst() }
    guard let all = self.digits(rest) else { return nil }
    let digits = all.drop { $0 == self.zero }
    if let small = self.small(digits, isNegative: isNegative) { return .small(small) }
    let decimal = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    return .large(WireLargeInteger(canonical: decimal))
  }

  /// The number of characters of a number, its sign included.
  static func width(of value: Int) -> Int {
    var width = value < 0 ? 2 : 1
    var rest = value.magnitude / 10
    while rest > 0 {
      width += 1
      rest /= 10
    }
    return width
  }

  /// Reads what is surely small and has nothing but digits: the case that counts.
  private static func plain(_ text: some Collection<UInt8>) -> Int? {
    guard 1...18 ~= text.count else { return nil }
    var value = 0
    for byte in text {
      guard self.zero...self.nine ~= byte else { return nil }
      value = value &* 10 &+ Int(byte &- self.zero)
    }
    return value
  }

  private static func digits(_ text: some Collection<UInt8>) -> [UInt8]? {
    var digits: [UInt8] = []
    digits.reserveCapacity(text.count)
    var isAfterDigit = false
    var rest = text[...]
    while let byte = rest.first, !self.isBlank(byte) {
      rest = rest.dropFirst()
      let isDigit = self.zero...self.nine ~= byte
      guard isDigit || (byte == self.underscore && isAfterDigit) else { return nil }
      if isDigit { digits.append(byte) }
      isAfterDigit = isDigit
    }
    return isAfterDigit && rest.allSatisfy(self.isBlank) ? digits : nil
  }

  private static func small(_ digits: ArraySlice<UInt8>, isNegative: Bool) -> Int? {
    guard digits.count <= 19 else { return nil }
    var magnitude: UInt = 0
    for digit in digits { magnitude = magnitude * 10 + UInt(digit - self.zero) }
    guard isNegative else { return Int(exactly: magnitude) }
    return magnitude <= Int.min.magnitude ? Int(truncatingIfNeeded: 0 &- magnitude) : nil
  }

  /// Whether Python takes the byte for white space.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || 0x09...0x0d ~= byte
  }

  private static let zero = UInt8(ascii: "0")
  private static let nine = UInt8(ascii: "9")
  private static let plus = UInt8(ascii: "+")
  private static let minus = UInt8(ascii: "-")
  private static let underscore = UInt8(ascii: "_")
}
