import ConvokeWire

/// Convoke's own codes, used only after both sides have said HELLO.
extension MessageCode {
  /// What the sender knows beyond execnet's protocol: a dictionary, on channel 0.
  static let hello = MessageCode(rawValue: 64)
  /// Grants bytes of items on a channel: four bytes, big-endian.
  static let window = MessageCode(rawValue: 65)
  /// Asks whether the other side lives: eight bytes that come back.
  static let ping = MessageCode(rawValue: 66)
  /// Answers a ping with its bytes.
  static let pong = MessageCode(rawValue: 67)
  /// Names a code that was not understood: one byte.
  static let unknownCode = MessageCode(rawValue: 68)
  /// Carries what was written to the worker's standard output or error: a tuple.
  static let output = MessageCode(rawValue: 69)
}
