/// Bytes that the SSH connection protocol or the multiplexing protocol does not allow.
struct SSHProtocolError: Error, Sendable, Hashable {
  /// What is wrong: one sentence.
  var message: String
}
