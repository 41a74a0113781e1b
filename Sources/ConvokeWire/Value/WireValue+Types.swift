extension WireValue {
  /// Python's name of the value's type.
  public var typeName: String {
    switch self {
    case .none: "None"
    case .bool: "bool"
    case .int, .largeInteger: "int"
    case .float: "float"
    case .complex: "complex"
    case .bytes: "bytes"
    case .string: "str"
    case .python2String: "Python 2 str"
    case .list: "list"
    case .tuple: "tuple"
    case .dictionary: "dict"
    case .set: "set"
    case .frozenSet: "frozenset"
    case .channel: "Channel"
    }
  }

  /// Whether Python takes the value as a key and into a set.
  public var isHashable: Bool {
    switch self {
    case .list, .dictionary, .set: false
    case .tuple(let items): items.allSatisfy(\.isHashable)
    default: true
    }
  }
}

extension WireLargeInteger {
  /// How many digits there are.
  var digits: Int {
    self.decimal.utf8.count - (self.decimal.utf8.first == UInt8(ascii: "-") ? 1 : 0)
  }
}
