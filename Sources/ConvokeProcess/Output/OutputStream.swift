/// One of the two output streams of a process.
public enum OutputStream: String, Sendable, Hashable, CaseIterable, Codable {
  /// The standard output.
  case stdout
  /// The standard error.
  case stderr
}
