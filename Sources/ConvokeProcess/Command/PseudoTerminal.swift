/// A pseudo-terminal of a given size.
///
/// With one, standard output and standard error arrive together on standard output, lines end in
/// CR LF and the input is echoed, as on any terminal.
public struct PseudoTerminal: Sendable, Hashable {
  /// The number of text lines.
  public var rows: UInt16
  /// The number of characters in a line.
  public var columns: UInt16
  /// The terminal type, given to the program as `TERM`.
  public var type: String

  /// Makes a pseudo-terminal.
  ///
  /// - Parameters:
  ///   - rows: The number of text lines.
  ///   - columns: The number of characters in a line.
  ///   - type: The terminal type, given to the program as `TERM`.
  public init(rows: UInt16 = 24, columns: UInt16 = 80, type: String = "xterm") {
    self.rows = rows
    self.columns = columns
    self.type = type
  }
}
