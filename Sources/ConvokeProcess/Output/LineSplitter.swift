/// Cuts a stream of bytes into lines that end in LF or CR LF.
///
/// A line longer than the limit is handed out in pieces, so that memory stays bounded.
public struct LineSplitter: Sendable {
  private var partial: [UInt8] = []
  private let limit: Int

  /// Makes a splitter.
  ///
  /// - Parameter limit: The longest line held in memory, in bytes.
  public init(limit: Int = 1 << 20) { self.limit = limit }

  /// Takes bytes and hands out the lines they complete.
  ///
  /// - Parameter bytes: The next bytes of the stream.
  /// - Returns: The lines without their ends, in order.
  public mutating func append(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      self.partial += rest[..<end]
      lines.append(self.take())
      rest = rest[rest.index(after: end)...]
    }
    self.partial += rest
    if self.partial.count >= self.limit { lines.append(self.take()) }
    return lines
  }

  /// Hands out the last line if it has no end.
  ///
  /// - Returns: The line, or `nil` if the stream ended with a line end.
  public mutating func finish() -> [UInt8]? { self.partial.isEmpty ? nil : self.take() }

  private mutating func take() -> [UInt8] {
    defer { self.partial = [] }
    if self.partial.last == UInt8(ascii: "\r") { self.partial.removeLast() }
    return self.partial
  }
}
