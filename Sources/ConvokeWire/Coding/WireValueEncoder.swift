/// What a value's `encode(to:)` talks to.
final class WireValueEncoder: Encoder {
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { self.info }
  let node: EncodingNode
  private let limit: Int
  private let info: [CodingUserInfoKey: any Sendable]

  init(
    path: [any CodingKey],
    limit: Int,
    info: [CodingUserInfoKey: any Sendable],
    node: EncodingNode = EncodingNode()
  ) {
    self.codingPath = path
    self.limit = limit
    self.info = info
    self.node = node
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    self.node.become(.dictionary)
    return KeyedEncodingContainer(WireKeyedEncodingContainer<Key>(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    self.node.become(.list)
    return WireUnkeyedEncodingContainer(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    WireSingleEncodingContainer(encoder: self)
  }

  /// An encoder for a part of what this one encodes.
  func nested(_ key: any CodingKey, node: EncodingNode = EncodingNode()) -> WireValueEncoder {
    WireValueEncoder(
      path: self.codingPath + [key],
      limit: self.limit,
      info: self.info,
      node: node
    )
  }

  /// Turns a value of any type into one for the wire.
  func box<Value: Encodable>(_ value: Value) throws -> WireValue {
    if let plain = WireValue(plain: value) { return plain }
    guard self.codingPath.count < self.limit else {
      let message = "the value has more than \(self.limit) containers inside one another"
      throw WireError(.tooDeep, message, path: self.codingPath.map(\.wireName))
    }
    let encoder = WireValueEncoder(path: self.codingPath, limit: self.limit, info: self.info)
    try value.encode(to: encoder)
    return encoder.node.finished()
  }

  /// Turns a part of what this one encodes into a value for the wire.
  func box<Value: Encodable>(_ value: Value, at key: any CodingKey) throws -> WireValue {
    if let plain = WireValue(plain: value) { return plain }
    return try self.nested(key).box(value)
  }
}

extension CodingKey {
  /// The key as it stands in the path of an error.
  var wireName: String { self.intValue.map(String.init) ?? self.stringValue }

  /// The key as it stands in a dictionary.
  var wireValue: WireValue { self.intValue.map(WireValue.int) ?? .string(self.stringValue) }
}
