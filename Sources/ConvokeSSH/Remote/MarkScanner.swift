/// Looks for a marked line in the first output of a session; what comes before it is noise.
struct MarkScanner {
  /// The most noise remembered, for the message if the mark never comes.
  static let limit = 4096

  private let marks: [[UInt8]]
  private var buffer: [UInt8] = []

  /// Makes a scanner for lines that contain one of the marks.
  init(_ marks: [String]) { self.marks = marks.map { Array($0.utf8) } }

  /// A marked line that was found.
  struct Finding: Equatable {
    /// Which mark it is.
    var mark: Int
    /// The rest of the line after the mark.
    var words: [String]
    /// What came after the line.
    var rest: ArraySlice<UInt8>
  }

  /// The noise that came so far, as text.
  var noise: String { String(decoding: self.buffer.suffix(Self.limit), as: UTF8.self) }

  /// Takes output until a marked line is complete.
  mutating func append(_ bytes: ArraySlice<UInt8>) -> Finding? {
    self.buffer += bytes
    for (index, mark) in self.marks.enumerated() {
      guard let start = Self.find(mark, in: self.buffer) else { continue }
      let after = self.buffer[(start + mark.count)...]
      guard let end = after.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let text = String(decoding: after[..<end], as: UTF8.self)
      let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
      let rest = self.buffer[(end + 1)...]
      self.buffer.removeSubrange(start...)
      return Finding(mark: index, words: words, rest: rest)
    }
    // Long noise is cut well before it costs anything, but never within a mark.
    if self.buffer.count > 16 * Self.limit {
      self.buffer.removeFirst(self.buffer.count - Self.limit)
    }
    return nil
  }

  /// Where a sequence of bytes starts in another one.
  static func find(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
    guard let first = needle.first, bytes.count >= needle.count else { return nil }
    var from = 0
    while let start = bytes[from...(bytes.count - needle.count)].firstIndex(of: first) {
      if bytes[start..<start + needle.count].elementsEqual(needle) { return start }
      from = start + 1
      if from > bytes.count - needle.count { return nil }
    }
    return nil
  }
}
