/// A value for the wire that is still being filled.
final class EncodingNode {
  /// What the value will be.
  enum Kind {
    case single
    case list
    case dictionary
  }

  private var kind = Kind.single
  private var value = WireValue.none
  private var items: [WireValue] = []
  private var pairs: [WireValue.Pair] = []
  /// Elements that are still being filled, and where they belong.
  private var nested: [(index: Int, node: EncodingNode)] = []

  /// How many elements there are.
  var count: Int { self.items.count }

  func become(_ kind: Kind) {
    self.kind = kind
  }

  func set(_ value: WireValue) {
    self.kind = .single
    self.value = value
  }

  func append(_ value: WireValue) {
    self.items.append(value)
  }

  func append(_ node: EncodingNode) {
    self.nested.append((self.items.count, node))
    self.items.append(.none)
  }

  func append(_ value: WireValue, for key: any CodingKey) {
    self.pairs.append(WireValue.Pair(key.wireValue, value))
  }

  func append(_ node: EncodingNode, for key: any CodingKey) {
    self.nested.append((self.pairs.count, node))
    self.append(.none, for: key)
  }

  /// The value, now that all is there.
  func finished() -> WireValue {
    switch self.kind {
    case .single: return self.value
    case .list:
      for (index, node) in self.nested { self.items[index] = node.finished() }
      return .list(self.items)
    case .dictionary:
      for (index, node) in self.nested { self.pairs[index].value = node.finished() }
      return .dictionary(self.pairs)
    }
  }
}
