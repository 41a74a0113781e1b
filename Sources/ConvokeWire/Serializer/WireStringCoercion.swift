/// What strings become when they are read, as execnet's `reconfigure` says it.
public struct WireStringCoercion: Sendable, Hashable {
  /// What a string of Python 2 becomes.
  public enum Python2String: Sendable, Hashable {
    /// Bytes.
    case bytes
    /// Text, each byte a character of Latin-1: `py2str_as_py3str`.
    case text
    /// What it is, so that it can be sent on unchanged.
    case kept
  }

  /// What a string of Python 2 becomes.
  public var python2String: Python2String
  /// Whether text of Python 3 becomes bytes: `py3str_as_py2str`.
  public var isTextBytes: Bool

  /// Makes a coercion; by default that of a channel.
  ///
  /// - Parameters:
  ///   - python2String: What a string of Python 2 becomes.
  ///   - isTextBytes: Whether text of Python 3 becomes bytes.
  public init(python2String: Python2String = .text, isTextBytes: Bool = false) {
    self.python2String = python2String
    self.isTextBytes = isTextBytes
  }

  /// The coercion of a channel unless it is told otherwise: strings of Python 2 become text.
  public static let channel = WireStringCoercion()

  /// The coercion of execnet's `loads`: strings of Python 2 become bytes.
  public static let loads = WireStringCoercion(python2String: .bytes)
}
