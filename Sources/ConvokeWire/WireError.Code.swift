extension WireError {
  /// The kinds of error a caller may want to tell apart.
  @nonexhaustive
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The bytes end before the value or the frame does.
    case truncated
    /// The bytes are not what the serializer writes: an unknown operation, a wrong version.
    case malformed
    /// Text is not UTF-8.
    case text
    /// A list, a dictionary or a set stands where only a hashable value may: as key, in a set.
    case unhashable
    /// A value or a frame is larger than the limit.
    case tooLarge
    /// A value is nested more deeply than the limit.
    case tooDeep
    /// A channel stands where none can be: in a value that is not part of a message.
    case channel
    /// A value is not of the type that was asked for.
    case typeMismatch
    /// There is no value for a key, or there are too few elements.
    case missing
    /// A Swift value has no counterpart on the wire.
    case unsupported
  }
}
