extension Command {
  /// What the standard input of a command reads.
  public enum Input: Sendable {
    /// Nothing: `/dev/null`.
    case none
    /// These bytes, then end-of-file.
    case bytes([UInt8])
    /// A file of this machine, then end-of-file.
    case file(String)
    /// What ``RunningProcess/write(_:)-(String)`` sends, until ``RunningProcess/closeInput()``.
    case stream

    /// This text as UTF-8, then end-of-file.
    ///
    /// - Parameter text: The text to read.
    /// - Returns: The input.
    public static func text(_ text: String) -> Input { .bytes(Array(text.utf8)) }
  }
}
