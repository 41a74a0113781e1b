/// Encodes the properties of a type.
///
/// One generic method stands for all of the protocol's.
struct WireKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: WireValueEncoder

  var codingPath: [any CodingKey] { self.encoder.codingPath }

  mutating func encodeNil(forKey key: Key) {
    self.encoder.node.append(.none, for: key)
  }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    self.encoder.node.append(try self.encoder.box(value, at: key), for: key)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    self.part(key).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    self.part(key).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { self.part(WireIndexKey.superclass) }

  mutating func superEncoder(forKey key: Key) -> any Encoder { self.part(key) }

  private func part(_ key: any CodingKey) -> WireValueEncoder {
    let node = EncodingNode()
    self.encoder.node.append(node, for: key)
    return self.encoder.nested(key, node: node)
  }
}

/// Encodes the elements of a sequence.
struct WireUnkeyedEncodingContainer: UnkeyedEncodingContainer {
  let encoder: WireValueEncoder

  var codingPath: [any CodingKey] { self.encoder.codingPath }
  var count: Int { self.encoder.node.count }

  mutating func encodeNil() {
    self.encoder.node.append(.none)
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    self.encoder.node.append(try self.encoder.box(value, at: WireIndexKey(self.count)))
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    self.part().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    self.part().unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { self.part() }

  private func part() -> WireValueEncoder {
    let node = EncodingNode()
    let key = WireIndexKey(self.count)
    self.encoder.node.append(node)
    return self.encoder.nested(key, node: node)
  }
}

/// Encodes a value that is one value of another type.
struct WireSingleEncodingContainer: SingleValueEncodingContainer {
  let encoder: WireValueEncoder

  var codingPath: [any CodingKey] { self.encoder.codingPath }

  mutating func encodeNil() {
    self.encoder.node.set(.none)
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    self.encoder.node.set(try self.encoder.box(value))
  }
}
