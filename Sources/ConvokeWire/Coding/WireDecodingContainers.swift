/// Decodes the properties of a type.
///
/// One generic method stands for all of the protocol's.
struct WireKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: WireValueDecoder
  let pairs: [WireValue.Pair]
  /// Where the keys are, for dictionaries that are too large to be looked through.
  private let places: [WireValue: Int]

  init(decoder: WireValueDecoder, pairs: [WireValue.Pair]) {
    self.decoder = decoder
    self.pairs = pairs
    self.places =
      pairs.count <= 16
      ? [:] : Dictionary(pairs.enumerated().map { ($1.key, $0) }) { _, later in later }
  }

  var codingPath: [any CodingKey] { self.decoder.codingPath }

  var allKeys: [Key] {
    self.pairs.compactMap { pair in
      switch pair.key {
      case .string(let name): Key(stringValue: name)
      case .int(let number): Key(intValue: number)
      default: nil
      }
    }
  }

  func contains(_ key: Key) -> Bool { self.find(key) != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    if case .none = try self.part(key).value { true } else { false }
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try self.part(key).unbox(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try self.part(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try self.part(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try self.part(WireIndexKey.superclass) }

  func superDecoder(forKey key: Key) throws -> any Decoder { try self.part(key) }

  private func part(_ key: any CodingKey) throws -> WireValueDecoder {
    guard let value = self.find(key) else {
      throw self.decoder.error(.missing, "there is no value for the key '\(key.wireName)'")
    }
    return self.decoder.nested(value, key)
  }

  private func find(_ key: any CodingKey) -> WireValue? {
    if let number = key.intValue, let value = self.find(.int(number)) { return value }
    return self.find(.string(key.stringValue))
  }

  private func find(_ key: WireValue) -> WireValue? {
    if !self.places.isEmpty { return self.places[key].map { self.pairs[$0].value } }
    return self.pairs.last { $0.key == key }?.value
  }
}

/// Decodes the elements of a sequence.
struct WireUnkeyedDecodingContainer: UnkeyedDecodingContainer {
  let decoder: WireValueDecoder
  let items: [WireValue]
  private(set) var currentIndex = 0

  init(decoder: WireValueDecoder, items: [WireValue]) {
    self.decoder = decoder
    self.items = items
  }

  var codingPath: [any CodingKey] { self.decoder.codingPath }
  var count: Int? { self.items.count }
  var isAtEnd: Bool { self.currentIndex == self.items.count }

  mutating func decodeNil() throws -> Bool {
    guard case .none = try self.part().value else { return false }
    self.currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if !self.isAtEnd, let plain = self.items[self.currentIndex].plain(type) {
      self.currentIndex += 1
      return plain
    }
    let value = try self.part().unbox(type)
    self.currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try self.part().container(keyedBy: type)
    self.currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try self.part().unkeyedContainer()
    self.currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try self.part()
    self.currentIndex += 1
    return decoder
  }

  private func part() throws -> WireValueDecoder {
    guard !self.isAtEnd else {
      throw self.decoder.error(.missing, "there are only \(self.items.count) elements")
    }
    return self.decoder.nested(self.items[self.currentIndex], WireIndexKey(self.currentIndex))
  }
}

/// Decodes a value that is one value of another type.
struct WireSingleDecodingContainer: SingleValueDecodingContainer {
  let decoder: WireValueDecoder

  var codingPath: [any CodingKey] { self.decoder.codingPath }

  func decodeNil() -> Bool {
    if case .none = self.decoder.value { true } else { false }
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try self.decoder.unbox(type)
  }
}
