extension WireValue {
  /// Makes an integer of whatever size.
  ///
  /// - Parameter value: An integer of any type.
  public init(integer value: some BinaryInteger) {
    if let large = WireLargeInteger(value) {
      self = .largeInteger(large)
    } else {
      self = .int(Int(truncatingIfNeeded: value))
    }
  }

  /// The integer of 64 bits, or `nil` if the value is none.
  public var int: Int? {
    if case .int(let value) = self { value } else { nil }
  }

  /// The text, or `nil` if the value is none.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The bytes of a bytes value or a Python 2 string, or `nil` if the value is neither.
  public var bytes: [UInt8]? {
    switch self {
    case .bytes(let bytes), .python2String(let bytes): bytes
    default: nil
    }
  }

  /// The elements of a list, a tuple or a set, or `nil` if the value is none of them.
  public var elements: [WireValue]? {
    switch self {
    case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items): items
    default: nil
    }
  }

  /// The pairs of a dictionary, or `nil` if the value is none.
  public var pairs: [Pair]? {
    if case .dictionary(let pairs) = self { pairs } else { nil }
  }

  /// The value for a key, or `nil` if there is none or this is no dictionary.
  ///
  /// It looks through the whole dictionary.
  public subscript(key: WireValue) -> WireValue? {
    self.pairs?.last { $0.key == key }?.value
  }
}
