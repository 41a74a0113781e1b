extension WireValue {
  /// Makes a value of a Swift value of a type that has a direct counterpart, or `nil` if it has none.
  init?<Value>(plain value: Value) {
    if let value = Self.same(value, as: String.self) {
      self = .string(value)
    } else if let value = Self.same(value, as: Int.self) {
      self = .int(value)
    } else if let value = Self.same(value, as: Double.self) {
      self = .float(value)
    } else if let value = Self.same(value, as: Bool.self) {
      self = .bool(value)
    } else if let value = Self(array: value) ?? Self(dictionary: value) ?? Self(own: value) {
      self = value
    } else if let value = value as? any FixedWidthInteger {
      self = Self(integer: value)
    } else if let value = Self.same(value, as: Float.self) {
      self = .float(Double(value))
    } else {
      return nil
    }
  }

  private init?<Value>(array value: Value) {
    if let value = Self.same(value, as: [UInt8].self) {
      self = .bytes(value)
    } else if let value = Self.same(value, as: [Int].self) {
      self = .list(value.map(WireValue.int))
    } else if let value = Self.same(value, as: [Double].self) {
      self = .list(value.map(WireValue.float))
    } else if let value = Self.same(value, as: [String].self) {
      self = .list(value.map(WireValue.string))
    } else if let value = Self.same(value, as: [WireValue].self) {
      self = .list(value)
    } else if let value = Self.same(value, as: Set<Int>.self) {
      self = .set(value.map(WireValue.int))
    } else if let value = Self.same(value, as: Set<String>.self) {
      self = .set(value.map(WireValue.string))
    } else {
      return nil
    }
  }

  private init?<Value>(dictionary value: Value) {
    if let value = Self.same(value, as: [String: String].self) {
      self = .dictionary(value.map { Pair(.string($0), .string($1)) })
    } else if let value = Self.same(value, as: [String: Int].self) {
      self = .dictionary(value.map { Pair(.string($0), .int($1)) })
    } else if let value = Self.same(value, as: [String: Double].self) {
      self = .dictionary(value.map { Pair(.string($0), .float($1)) })
    } else if let value = Self.same(value, as: [String: WireValue].self) {
      self = .dictionary(value.map { Pair(.string($0), $1) })
    } else {
      return nil
    }
  }

  private init?<Value>(own value: Value) {
    if let value = Self.same(value, as: WireValue.self) {
      self = value
    } else if let value = Self.same(value, as: WireChannelReference.self) {
      self = .channel(value)
    } else if let value = Self.same(value, as: WireComplex.self) {
      self = .complex(value)
    } else if let value = Self.same(value, as: WireLargeInteger.self) {
      self = .largeInteger(value)
    } else {
      return nil
    }
  }

  /// The value as one of a type if that is its very type; far cheaper than a cast that fails.
  static func same<Value, Wanted>(_ value: Value, as type: Wanted.Type) -> Wanted? {
    Value.self == type ? value as? Wanted : nil
  }
}
