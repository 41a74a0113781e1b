import ConvokeWire

/// The line that a client of `convoke serve` sends first, and the line that answers it.
///
/// Each is `convoke/1 ` and a dictionary of the wire in hexadecimal digits. The client waits for the
/// answer before it sends its program.
package struct ServerHandshake: Codable, Sendable, Equatable {
  /// What the client shows to be let in.
  package var token: String?
  /// What the sender can do.
  package var capabilities: [String]?
  /// Why the server sends the client away.
  package var error: String?

  /// Makes a handshake.
  package init(token: String? = nil, capabilities: [String]? = nil, error: String? = nil) {
    self.token = token
    self.capabilities = capabilities
    self.error = error
  }

  /// What each line begins with: the protocol and its version.
  package static let mark = "convoke/1 "
  /// The longest line, in bytes.
  package static let longestLine = 64 << 10

  /// The line, with its end.
  package var line: [UInt8] {
    // Optional texts can always be encoded.
    let value = (try? WireEncoder().encode(self)) ?? .dictionary([])
    return Array(ServerHandshake.mark.utf8) + WireText.line(value)
  }

  /// Reads a line.
  ///
  /// - Returns: `nil` if it is no such line.
  package static func read(_ line: some Collection<UInt8>) -> ServerHandshake? {
    let mark = ServerHandshake.mark.utf8
    guard line.starts(with: mark) else { return nil }
    return WireText.value(of: line.dropFirst(mark.count)).flatMap {
      try? WireDecoder().decode(ServerHandshake.self, from: $0)
    }
  }
}
