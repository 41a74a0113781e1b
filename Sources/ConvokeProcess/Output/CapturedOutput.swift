/// What was kept of an output stream.
public struct CapturedOutput: Sendable, Hashable {
  /// The bytes from the start of the output.
  public var head: [UInt8]
  /// The bytes from the end of the output; empty if `head` holds everything.
  public var tail: [UInt8]
  /// How many bytes the program wrote.
  public var count: Int
  /// Whether the stream was read to its end; `false` if another process still held it open.
  public var isComplete: Bool

  /// Makes a captured output.
  ///
  /// - Parameters:
  ///   - head: The bytes from the start of the output.
  ///   - tail: The bytes from its end, where some between were dropped.
  ///   - count: How many bytes the program wrote; by default all that are given.
  ///   - isComplete: Whether the stream was read to its end.
  public init(head: [UInt8] = [], tail: [UInt8] = [], count: Int? = nil, isComplete: Bool = true) {
    self.head = head
    self.tail = tail
    self.count = count ?? head.count + tail.count
    self.isComplete = isComplete
  }

  /// How many bytes between head and tail were dropped.
  public var dropped: Int { self.count - self.head.count - self.tail.count }

  /// Whether bytes between head and tail were dropped.
  public var isTruncated: Bool { self.dropped > 0 }

  /// All bytes kept, with the mark `[… N bytes dropped …]` on a line of its own where some are missing.
  public var bytes: [UInt8] {
    self.isTruncated ? self.head + Array(self.mark.utf8) + self.tail : self.head + self.tail
  }

  /// The bytes as text; those that are not UTF-8 become U+FFFD.
  public var text: String { String(decoding: self.bytes, as: UTF8.self) }

  /// The text without white space at its end.
  public var trimmedText: String {
    let text = self.text
    guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(text[...last])
  }

  /// The lines as text, without their ends.
  public var lines: [String] {
    // CR LF is one character of its own.
    var lines = self.text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    if lines.last == "" { lines.removeLast() }
    return lines.map(String.init)
  }

  private var mark: String { "\n[… \(self.dropped) bytes dropped …]\n" }
}
