/// The digits of a number in a host name: value and count of digits, so that `9` and `09` differ.
///
/// Ordered by the count of digits, then by value. Among numbers padded alike, or not padded at all,
/// that is the order of their values.
struct Numeral: Sendable, Hashable, Comparable {
  /// The longest run of digits held as a number; a longer one stays text.
  static let maximumDigits = 17

  /// The count of digits in the upper 6 bits, the value in the lower 58 (10^17 < 2^58).
  let bits: UInt64

  init(value: UInt64, digits: Int) {
    self.bits = UInt64(truncatingIfNeeded: digits) << 58 | value
  }

  var value: UInt64 { self.bits & (1 << 58 - 1) }

  var digits: Int { Int(truncatingIfNeeded: self.bits >> 58) }

  /// Whether the digits start with a zero that padding put there.
  var isPadded: Bool { self.digits > 1 && self.value < Self.power(self.digits - 1) }

  static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }

  /// Ten to the power of a count of digits up to 18.
  static func power(_ exponent: Int) -> UInt64 { Self.powers[exponent] }

  /// The count of digits of a value written without padding.
  static func digits(of value: UInt64) -> Int {
    var digits = 1
    while digits < 18, value >= Self.powers[digits] { digits += 1 }
    return digits
  }

  /// Reads digits; `nil` when there are none, too many, or something else among them.
  init?(_ bytes: [UInt8], in range: Range<Int>) {
    guard !range.isEmpty, range.count <= Self.maximumDigits else { return nil }
    var value: UInt64 = 0
    for index in range {
      guard isDigit(bytes[index]) else { return nil }
      value = value &* 10 &+ UInt64(bytes[index] &- zero)
    }
    self.init(value: value, digits: range.count)
  }

  /// Appends the digits.
  func append(to bytes: inout [UInt8]) {
    var rest = self.value
    let start = bytes.count
    for _ in 0..<self.digits { bytes.append(zero) }
    var index = bytes.count
    while rest > 0, index > start {
      index &-= 1
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
      bytes[index] = zero &+ UInt8(truncatingIfNeeded: remainder)
      rest = quotient
    }
  }

  private static let powers: [UInt64] = {
    var powers: [UInt64] = [1]
    for _ in 1...18 { powers.append((powers.last ?? 1) * 10) }
    return powers
  }()
}

/// The byte of the digit 0.
private let zero = UInt8(ascii: "0")

/// Whether a byte is one of the ASCII digits.
func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }
