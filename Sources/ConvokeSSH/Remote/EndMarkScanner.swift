/// Takes the mark with the exit code out of a stream of output that goes on until it comes.
struct EndMarkScanner {
  private let mark: [UInt8]
  private var held: [UInt8] = []

  init(_ mark: String) { self.mark = Array(mark.utf8) }

  /// Takes output.
  ///
  /// - Parameter bytes: The next bytes of the stream.
  /// - Returns: What is output for certain, and the exit code if its mark is complete.
  mutating func append(_ bytes: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, Int32?) {
    self.held += bytes
    if let start = MarkScanner.find(self.mark, in: self.held) {
      let after = self.held[(start + self.mark.count)...]
      guard let end = after.firstIndex(of: UInt8(ascii: "\n")) else {
        return (self.take(start), nil)
      }
      let words = String(decoding: after[..<end], as: UTF8.self).split(
        whereSeparator: \.isWhitespace
      )
      let output = self.held[..<start]
      self.held = []
      return (output, words.first.flatMap { Int32($0) })
    }
    // The last bytes may be the beginning of the mark.
    let longest = min(self.held.count, self.mark.count - 1)
    let partial = (0...longest).last { self.held.suffix($0).elementsEqual(self.mark.prefix($0)) }
    return (self.take(self.held.count - (partial ?? 0)), nil)
  }

  /// What is held back when the stream ends without the mark.
  mutating func finish() -> ArraySlice<UInt8> { self.take(self.held.count) }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let output = self.held[..<count]
    self.held = Array(self.held[count...])
    return output
  }
}
