extension WireValue: ExpressibleByNilLiteral {
  /// Makes Python's `None`.
  public init(nilLiteral: ()) { self = .none }
}

extension WireValue: ExpressibleByBooleanLiteral {
  /// Makes a truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension WireValue: ExpressibleByIntegerLiteral {
  /// Makes an integer.
  public init(integerLiteral value: Int) { self = .int(value) }
}

extension WireValue: ExpressibleByFloatLiteral {
  /// Makes a floating-point number.
  public init(floatLiteral value: Double) { self = .float(value) }
}

extension WireValue: ExpressibleByStringLiteral {
  /// Makes text.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension WireValue: ExpressibleByArrayLiteral {
  /// Makes a list.
  public init(arrayLiteral elements: WireValue...) { self = .list(elements) }
}

extension WireValue: ExpressibleByDictionaryLiteral {
  /// Makes a dictionary in the order in which it is written.
  public init(dictionaryLiteral elements: (WireValue, WireValue)...) {
    self = .dictionary(elements.map { Pair($0, $1) })
  }
}
