import ConvokeProcess

/// What the source of a copy is, as the end that has it told.
struct CopyDescription: Sendable, Hashable {
  /// Whether it is a directory.
  var isDirectory: Bool
  /// The file mode, in octal digits.
  var mode: String
  /// The modification time, in seconds since 1970.
  var modified: String
  /// How many bytes all files have together.
  var size: Int
  /// How many files there are.
  var files: Int
  /// The SHA-256 of the file, or of the list of files.
  var hash: String
  /// The last part of the path.
  var name: String

  /// Reads the answer of the script; `nil` if it is not one.
  init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false)
    guard parts.count == 7, ["d", "f"].contains(parts[0]) else { return nil }
    guard let size = Int(parts[3]), let files = Int(parts[4]), parts[5].count == 64 else {
      return nil
    }
    self.isDirectory = parts[0] == "d"
    self.mode = String(parts[1])
    self.modified = String(parts[2])
    self.size = size
    self.files = files
    self.hash = String(parts[5])
    self.name = String(parts[6])
  }
}
