extension WireValue {
  /// The value as one of a Swift type that has a direct counterpart, or `nil` if it is none.
  func plain<Wanted>(_ type: Wanted.Type) -> Wanted? {
    switch self {
    case .string(let value): Self.same(value, as: type)
    case .float(let value): Self.same(value, as: type) ?? Self.same(Float(value), as: type)
    case .bool(let value): Self.same(value, as: type)
    case .int(let value): Self.same(value, as: type) ?? Self.number(value, type)
    case .largeInteger(let value): Self.number(value, type)
    case .bytes(let value), .python2String(let value): Self.same(value, as: type)
    case .list(let items), .tuple(let items): Self.array(items, type)
    default: nil
    }
  }

  /// What a type is called here if ``plain(_:)`` is all that can give it.
  static func plainName(_ type: (some Any).Type) -> String? {
    if type == String.self { return "a str" }
    if type == Bool.self { return "a bool" }
    if type == Double.self || type == Float.self { return "a float" }
    if let type = type as? any FixedWidthInteger.Type { return "an integer that \(type) holds" }
    return nil
  }

  private static func number<Wanted>(_ value: Int, _ type: Wanted.Type) -> Wanted? {
    if let integer = type as? any FixedWidthInteger.Type {
      return integer.init(exactly: value) as? Wanted
    }
    return self.same(Double(value), as: type) ?? self.same(Float(value), as: type)
  }

  private static func number<Wanted>(_ value: WireLargeInteger, _ type: Wanted.Type) -> Wanted? {
    (type as? any FixedWidthInteger.Type)?.init(value.decimal, radix: 10) as? Wanted
  }

  /// The elements as an array of one of the types that need no container.
  private static func array<Wanted>(_ items: [WireValue], _ type: Wanted.Type) -> Wanted? {
    if type == [Int].self {
      self.all(items) { if case .int(let value) = $0 { value } else { nil } } as? Wanted
    } else if type == [Double].self {
      self.all(items) { if case .float(let value) = $0 { value } else { nil } } as? Wanted
    } else if type == [String].self {
      self.all(items) { if case .string(let value) = $0 { value } else { nil } } as? Wanted
    } else {
      nil
    }
  }

  /// All elements turned into others, or `nil` if one of them cannot be.
  private static func all<Element>(
    _ items: [WireValue],
    _ turn: (WireValue) -> Element?
  ) -> [Element]? {
    var elements: [Element] = []
    elements.reserveCapacity(items.count)
    for item in items {
      guard let element = turn(item) else { return nil }
      elements.append(element)
    }
    return elements
  }
}
