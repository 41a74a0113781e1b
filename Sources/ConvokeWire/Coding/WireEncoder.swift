/// Turns Swift values into values for the wire.
///
/// Structures and string-keyed dictionaries become dictionaries with text as keys, integer-keyed
/// ones with integers as keys; arrays become lists, `[UInt8]` bytes, `Set<Int>` and `Set<String>`
/// sets, `nil` `None`. Values for the wire, and channels, stay what they are, at any depth.
public struct WireEncoder: Sendable {
  /// The most containers inside one another.
  public var depth: Int

  /// Makes an encoder.
  ///
  /// - Parameter depth: The most containers inside one another.
  public init(depth: Int = WireLimits().depth) {
    self.depth = min(depth, WireLimits.deepest)
  }

  /// Turns a value into one for the wire.
  ///
  /// - Parameter value: The value.
  /// - Returns: The value for the wire.
  /// - Throws: ``WireError`` with code `tooDeep` or `unsupported` and the path to what is wrong, or
  ///   what the value's own `encode(to:)` throws.
  public func encode(_ value: some Encodable) throws -> WireValue {
    try WireValueEncoder(path: [], limit: self.depth).box(value)
  }
}
