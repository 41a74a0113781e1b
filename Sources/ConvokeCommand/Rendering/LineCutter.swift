/// Cuts the pieces of a stream into whole lines, which keep their ends.
struct LineCutter {
  /// A line longer than this is handed out in pieces.
  static let longest = 1 << 20

  private var partial: [UInt8] = []

  /// Takes a piece and calls a function with each line that is complete, its LF included.
  mutating func append(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) -> Void) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[...end]
      rest = rest[(end + 1)...]
      if self.partial.isEmpty {
        body(line)
      } else {
        self.partial += line
        self.flush(body)
      }
    }
    self.partial += rest
    if self.partial.count >= LineCutter.longest { self.flush(body) }
  }

  /// Hands out what is left, a line without LF.
  mutating func finish(_ body: (ArraySlice<UInt8>) -> Void) {
    if !self.partial.isEmpty { self.flush(body) }
  }

  private mutating func flush(_ body: (ArraySlice<UInt8>) -> Void) {
    body(self.partial[...])
    self.partial.removeAll(keepingCapacity: self.partial.count < 1 << 16)
  }
}
