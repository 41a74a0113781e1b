/// Quoting for POSIX shells (POSIX.1-2017, Shell Command Language, section 2.2).
public enum ShellQuoting: Sendable {
  /// Quotes a word so that a POSIX shell reads it back unchanged.
  ///
  /// - Parameter word: Any text without NUL.
  /// - Returns: The word itself where no character is special, else the word in single quotes.
  public static func quote(_ word: String) -> String {
    if !word.isEmpty, word.utf8.allSatisfy(ShellQuoting.isPlain) { return word }
    // By scalars: a combining mark after a quote would make one character of both.
    var quoted = String.UnicodeScalarView("'".unicodeScalars)
    for scalar in word.unicodeScalars {
      if scalar == "'" { quoted += "'\\''".unicodeScalars } else { quoted.append(scalar) }
    }
    return String(quoted) + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-./:=,@%+".utf8.contains(byte)
    }
  }
}
