extension WireValue: Hashable {
  /// Whether two values are equal: see the type.
  public static func == (left: WireValue, right: WireValue) -> Bool {
    switch (left, right) {
    case (.none, .none): true
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.largeInteger(let left), .largeInteger(let right)): left == right
    case (.float(let left), .float(let right)): Self.isSame(left, right)
    case (.complex(let left), .complex(let right)):
      Self.isSame(left.real, right.real) && Self.isSame(left.imaginary, right.imaginary)
    case (.string(let left), .string(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    case (.python2String(let left), .python2String(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.tuple(let left), .tuple(let right)): left == right
    case (.dictionary(let left), .dictionary(let right)): Self.isSame(left, right)
    case (.set(let left), .set(let right)): Set(left) == Set(right)
    case (.frozenSet(let left), .frozenSet(let right)): Set(left) == Set(right)
    case (.channel(let left), .channel(let right)): left == right
    default: false
    }
  }

  /// Hashes what equality compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(self.typeName)
    switch self {
    case .none: break
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(value)
    case .largeInteger(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value)
    case .complex(let value):
      hasher.combine(value.real)
      hasher.combine(value.imaginary)
    case .string(let value): hasher.combine(value)
    case .bytes(let value), .python2String(let value): hasher.combine(value)
    case .list(let items), .tuple(let items): hasher.combine(items)
    case .dictionary(let pairs): hasher.combine(Self.lookup(pairs))
    case .set(let items), .frozenSet(let items): hasher.combine(Set(items))
    case .channel(let channel): hasher.combine(channel)
    }
  }

  private static func isSame(_ left: Double, _ right: Double) -> Bool {
    left == right || left.bitPattern == right.bitPattern
  }

  private static func isSame(_ left: [Pair], _ right: [Pair]) -> Bool {
    self.lookup(left) == self.lookup(right)
  }

  private static func lookup(_ pairs: [Pair]) -> [WireValue: WireValue] {
    Dictionary(pairs.lazy.map { ($0.key, $0.value) }) { _, later in later }
  }
}
