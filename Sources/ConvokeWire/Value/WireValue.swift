/// A value that travels between interpreters: one of the types that execnet's serializer knows.
///
/// Two values are equal if Python would find them equal and of the same type: the order counts in
/// lists and tuples, and does not in dictionaries and sets. A float that is not a number equals
/// one of the same bits.
public enum WireValue: Sendable {
  /// Python's `None`.
  case none
  /// A truth value.
  case bool(Bool)
  /// An integer of 64 bits.
  case int(Int)
  /// An integer beyond 64 bits.
  case largeInteger(WireLargeInteger)
  /// A floating-point number, which keeps its bits, those of a NaN included.
  case float(Double)
  /// A complex number.
  indirect case complex(WireComplex)
  /// Bytes: Python's `bytes`.
  case bytes([UInt8])
  /// Text: Python 3's `str`.
  case string(String)
  /// A string of Python 2: bytes that may be text.
  ///
  /// It is written as such; whether one arrives as such, as bytes or as text is for
  /// ``WireStringCoercion`` to say.
  case python2String([UInt8])
  /// A list.
  case list([WireValue])
  /// A tuple.
  case tuple([WireValue])
  /// A dictionary, in the order in which it was filled; a later pair of an equal key wins.
  case dictionary([Pair])
  /// A set, in the order on the wire.
  case set([WireValue])
  /// A frozen set, in the order on the wire.
  case frozenSet([WireValue])
  /// A channel of the gateway over which the value travels.
  case channel(WireChannelReference)
}

extension WireValue {
  /// A key of a dictionary and the value for it.
  public struct Pair: Sendable {
    /// The key, of a hashable type.
    public var key: WireValue
    /// The value for the key.
    public var value: WireValue

    /// Makes a pair.
    ///
    /// - Parameters:
    ///   - key: The key, of a hashable type.
    ///   - value: The value for the key.
    public init(_ key: WireValue, _ value: WireValue) {
      self.key = key
      self.value = value
    }
  }
}
