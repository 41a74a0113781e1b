/// Turns values from the wire into Swift values.
///
/// Lists, tuples and sets all become arrays or sets, whichever is asked for. Integers become any
/// integer type that holds them, and floats where floats are asked for; nothing else is converted.
public struct WireDecoder: Sendable {
  /// Makes a decoder.
  public init() {}

  /// Turns a value from the wire into one of a Swift type.
  ///
  /// - Parameters:
  ///   - type: The type.
  ///   - value: The value from the wire.
  /// - Returns: The value.
  /// - Throws: ``WireError`` with code `typeMismatch` or `missing` and the path to what is wrong,
  ///   or what the type's own `init(from:)` throws.
  public func decode<Value: Decodable>(
    _ type: Value.Type = Value.self,
    from value: WireValue
  ) throws -> Value {
    try WireValueDecoder(value: value, path: []).unbox(type)
  }
}
