/// What a type's `init(from:)` talks to.
struct WireValueDecoder: Decoder {
  let value: WireValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { self.info }
  private let info: [CodingUserInfoKey: any Sendable]

  init(value: WireValue, path: [any CodingKey], info: [CodingUserInfoKey: any Sendable]) {
    self.value = value
    self.codingPath = path
    self.info = info
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .dictionary(let pairs) = self.value else { throw self.mismatch("a dict") }
    return KeyedDecodingContainer(WireKeyedDecodingContainer<Key>(decoder: self, pairs: pairs))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let items = self.value.elements else { throw self.mismatch("a list") }
    return WireUnkeyedDecodingContainer(decoder: self, items: items)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    WireSingleDecodingContainer(decoder: self)
  }

  /// Turns the value into one of a type.
  func unbox<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let plain = self.value.plain(type) { return plain }
    if let wanted = WireValue.plainName(type) { throw self.mismatch(wanted) }
    return try type.init(from: self)
  }

  /// A decoder for a part of the value.
  func nested(_ value: WireValue, _ key: any CodingKey) -> WireValueDecoder {
    WireValueDecoder(value: value, path: self.codingPath + [key], info: self.info)
  }

  func mismatch(_ wanted: String) -> WireError {
    self.error(.typeMismatch, "there is a \(self.value.typeName) instead of \(wanted)")
  }

  func error(_ code: WireError.Code, _ message: String) -> WireError {
    WireError(code, message, path: self.codingPath.map(\.wireName))
  }
}
