/// Follows the quotes of a POSIX shell line as far as it takes to know whether one is open.
///
/// It knows quotes, backslashes and comments (POSIX.1-2017, Shell Command Language, section 2.2),
/// not here-documents.
package struct ShellScanner {
  private enum Place { case plain, single, double, comment }

  private var place = Place.plain
  private var isEscaped = false
  private var isAtWordStart = true

  /// Makes a scanner at the start of a line.
  package init() {}

  /// Whether a word in single quotes can be inserted here.
  package var isPlain: Bool { self.place == .plain && !self.isEscaped }

  /// Reads on.
  package mutating func read(_ text: Substring) {
    for byte in text.utf8 { self.read(byte) }
  }

  private mutating func read(_ byte: UInt8) {
    if self.isEscaped {
      self.isEscaped = false
      self.isAtWordStart = false
      return
    }
    switch (self.place, byte) {
    case (.plain, UInt8(ascii: "'")): self.place = .single
    case (.plain, UInt8(ascii: "\"")): self.place = .double
    case (.plain, UInt8(ascii: "#")) where self.isAtWordStart: self.place = .comment
    case (.single, UInt8(ascii: "'")), (.double, UInt8(ascii: "\"")): self.place = .plain
    case (.comment, UInt8(ascii: "\n")): self.place = .plain
    case (.plain, UInt8(ascii: "\\")), (.double, UInt8(ascii: "\\")): self.isEscaped = true
    default: break
    }
    self.isAtWordStart = " \t\n;&|()".utf8.contains(byte)
  }
}
