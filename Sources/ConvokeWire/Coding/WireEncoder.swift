/// Turns Swift values into values for the wire.
///
/// Structures and string-keyed dictionaries become dictionaries with text as keys, integer-keyed
/// ones with integers as keys; arrays become lists, `[UInt8]` bytes, `Set<Int>` and `Set<String>`
/// sets, `nil` `None`. Values for the wire, and channels, stay what they are, at any depth.
public struct WireEncoder: Sendable {
  /// The most containers inside one another.
  public var depth: Int
  /// What the values that are encoded may ask their encoder for.
  public var userInfo: [CodingUserInfoKey: any Sendable]

  /// Makes an encoder.
  ///
  /// - Parameters:
  ///   - depth: The most containers inside one another.
  ///   - userInfo: What the values that are encoded may ask their encoder for.
  public init(
    depth: Int = WireLimits().depth,
    userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) {
    self.depth = min(depth, WireLimits.deepest)
    self.userInfo = userInfo
  }

  /// Turns a value into one for the wire.
  ///
  /// - Parameter value: The value.
  /// - Returns: The value for the wire.
  /// - Throws: ``WireError`` with code `tooDeep` or `unsupported` and the path to what is wrong, or
  ///   what the value's own `encode(to:)` throws.
  public func encode(_ value: some Encodable) throws -> WireValue {
    try WireValueEncoder(path: [], limit: self.depth, info: self.userInfo).box(value)
  }
}
