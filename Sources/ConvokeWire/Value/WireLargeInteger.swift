/// An integer that 64 bits cannot hold, as its decimal digits.
public struct WireLargeInteger: Sendable, Hashable {
  /// The digits, with a leading minus if the number is negative, and no leading zeros.
  public let decimal: String

  /// Makes the integer that the text stands for, or `nil` if it is none or 64 bits can hold it.
  ///
  /// - Parameter text: Decimal digits, with a sign if need be.
  public init?(_ text: String) {
    guard case .large(let large) = DecimalText.parse(text.utf8) else { return nil }
    self = large
  }

  /// Makes the integer of that value, or `nil` if 64 bits can hold it.
  ///
  /// - Parameter value: An integer of any type, such as `UInt64` or `Int128`.
  public init?(_ value: some BinaryInteger) {
    guard Int(exactly: value) == nil else { return nil }
    self.decimal = String(value)
  }

  init(canonical decimal: String) {
    self.decimal = decimal
  }
}
