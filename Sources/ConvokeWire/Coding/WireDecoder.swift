/// Turns values from the wire into Swift values.
///
/// Lists, tuples and sets all become arrays or sets, whichever is asked for. Integers become any
/// integer type that holds them, and floats where floats are asked for; nothing else is converted.
public struct WireDecoder: Sendable {
  /// What the types that are decoded may ask their decoder for.
  public var userInfo: [CodingUserInfoKey: any Sendable]

  /// Makes a decoder.
  ///
  /// - Parameter userInfo: What the types that are decoded may ask their decoder for.
  public init(userInfo: [CodingUserInfoKey: any Sendable] = [:]) { self.userInfo = userInfo }

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
    try WireValueDecoder(value: value, path: [], info: self.userInfo).unbox(type)
  }
}
