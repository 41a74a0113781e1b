import Synchronization

/// A stream of a process, to look for something in.
public struct ExpectSource: Sendable {
  let process: RunningProcess
  let stream: OutputStream

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - process: The process, started with ``Command/start(_:)`` or ``Command/launch()``.
  ///   - stream: The stream to look at.
  public init(_ process: RunningProcess, _ stream: OutputStream = .stdout) {
    self.process = process
    self.stream = stream
  }

  /// Looks for the patterns in what has arrived; a match is consumed with all before it.
  func match(_ patterns: [ExpectPattern], source: Int) -> (found: ExpectMatch?, isAtEnd: Bool) {
    let (bytes, isAtEnd) = self.process.state.withLock { state in
      (state.expectBuffers[self.stream]?.bytes ?? [], !state.openStreams.contains(self.stream))
    }
    // The first place wins; among patterns that match there, the first one given.
    let text = String(decoding: bytes, as: UTF8.self)
    let found = patterns.enumerated()
      .compactMap { index, pattern in pattern.firstRange(in: text).map { (index, $0) } }
      .min { $0.1.range.lowerBound < $1.1.range.lowerBound }
    if let (index, match) = found {
      let consumed = text.utf8.distance(from: text.startIndex, to: match.range.upperBound)
      self.consume(consumed, of: bytes, as: text)
      return (
        ExpectMatch(
          index: index,
          text: String(text[match.range]),
          groups: match.groups,
          before: String(text[..<match.range.lowerBound]),
          source: source
        ), isAtEnd
      )
    }
    guard isAtEnd, let index = patterns.firstIndex(where: \.isEndOfFile) else {
      return (nil, isAtEnd)
    }
    self.process.state.withLock { $0.expectBuffers[self.stream]?.clear() }
    let end = ExpectMatch(index: index, text: "", before: text, source: source, isEndOfFile: true)
    return (end, true)
  }

  // Bytes that are not UTF-8 were replaced in the text, which changes their number.
  private func consume(_ count: Int, of bytes: [UInt8], as text: String) {
    let isExact = text.utf8.count == bytes.count && text.utf8.elementsEqual(bytes)
    let real = isExact ? count : Self.bytesFor(prefix: count, of: bytes)
    self.process.state.withLock { $0.expectBuffers[self.stream]?.consume(real) }
  }

  private static func bytesFor(prefix count: Int, of bytes: [UInt8]) -> Int {
    var low = 0
    var high = bytes.count
    while low < high {
      let middle = (low + high) / 2
      let length = String(decoding: bytes[..<middle], as: UTF8.self).utf8.count
      if length < count { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension ExpectPattern {
  var isEndOfFile: Bool {
    if case .endOfFile = self { true } else { false }
  }

  func firstRange(in text: String) -> (range: Range<String.Index>, groups: [String?])? {
    switch self {
    case .endOfFile: return nil
    case .text(let wanted):
      return text.firstRange(of: wanted).map { ($0, []) }
    case .regex(let regex):
      guard let match = text.firstMatch(of: regex) else { return nil }
      return (match.range, match.output.dropFirst().map { $0.substring.map(String.init) })
    }
  }
}
