import ConvokeGateway

/// A secret that clients have to show; it prints as nothing.
public struct AccessToken: Sendable {
  private let bytes: [UInt8]

  /// Reads a token from a file; white space around it does not count.
  ///
  /// - Parameter path: The file, which only its owner should be able to read.
  /// - Throws: ``ServeError`` with code ``ServeError/Code/badCredentials``.
  public init(file path: String) throws(ServeError) {
    do {
      self.bytes = Array(try TokenFile.read(path).utf8)
    } catch {
      throw ServeError(.badCredentials, error.message)
    }
    guard self.bytes.count >= AccessToken.shortest else {
      throw ServeError(
        .badCredentials,
        "the token in \(path) has fewer than \(AccessToken.shortest) bytes and could be guessed"
      )
    }
  }

  private static let shortest = 16

  /// Makes a token nobody can guess, of 256 random bits, and its text.
  package static func random() -> (token: AccessToken, text: String) {
    var generator = SystemRandomNumberGenerator()
    let digits = (0..<4).map { _ in
      let word = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - word.count) + word
    }
    return (AccessToken(bytes: Array(digits.joined().utf8)), digits.joined())
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Compares in a time that does not depend on where the texts differ.
  ///
  /// - Returns: Whether the text is the token.
  package func matches(_ text: String?) -> Bool {
    guard let text else { return false }
    let other = Array(text.utf8)
    var difference = UInt(bitPattern: other.count ^ self.bytes.count)
    for index in self.bytes.indices {
      let byte = other.isEmpty ? 0 : other[index % other.count]
      difference |= UInt(byte ^ self.bytes[index])
    }
    return difference == 0
  }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Three dots, whatever the token.
  public var description: String { "…" }
  /// Three dots, whatever the token.
  public var debugDescription: String { "…" }
  /// Nothing to look into.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
