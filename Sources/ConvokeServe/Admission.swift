/// Decides what to do with a client, from the first byte it sends.
struct Admission: Sendable {
  /// Whether a certificate is set.
  var hasTLS: Bool
  /// Whether a token is set.
  var hasToken: Bool
  /// Whether clients that show nothing are let in.
  var isInsecure: Bool

  /// What to do next.
  enum Step: Sendable, Equatable {
    /// Start TLS; then look again.
    case startTLS
    /// Read the line of a Convoke client, and judge it.
    case readHandshake
    /// Run the program that follows, as execnet's server does.
    case serve
    /// Close the connection, for this reason.
    case refuse(String)
  }

  func step(first byte: UInt8, isEncrypted: Bool) -> Step {
    switch byte {
    case 0x16 where isEncrypted: .refuse("it sent garbage")
    // The type of a TLS handshake record (RFC 8446, section 5.1).
    case 0x16: self.hasTLS ? .startTLS : .refuse("it speaks TLS, and no certificate is set")
    case UInt8(ascii: "c") where self.lacksTLS(isEncrypted): .refuse("it does not speak TLS")
    case UInt8(ascii: "c"): .readHandshake
    // The program of an interpreter, or the first line to a worker in Swift.
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "s"): self.program(isEncrypted)
    default: .refuse("it sent garbage")
    }
  }

  private func program(_ isEncrypted: Bool) -> Step {
    if self.isInsecure { return .serve }
    if self.lacksTLS(isEncrypted) { return .refuse("it does not speak TLS") }
    return self.hasToken ? .refuse("it showed no token") : .serve
  }

  private func lacksTLS(_ isEncrypted: Bool) -> Bool {
    self.hasTLS && !isEncrypted && !self.isInsecure
  }
}
