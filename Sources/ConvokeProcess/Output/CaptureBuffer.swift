/// Keeps the head and the tail of a stream of bytes within their limits.
struct CaptureBuffer {
  private let keep: OutputOptions.Keep
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var count = 0

  init(_ keep: OutputOptions.Keep) { self.keep = keep }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    self.count += bytes.count
    let room = max(0, min(bytes.count, self.keep.head - self.head.count))
    self.head += bytes.prefix(room)
    let rest = bytes.dropFirst(room).suffix(self.keep.tail)
    guard !rest.isEmpty else { return }
    self.tail += rest
    // Trimming at twice the limit keeps the cost of a byte constant.
    if self.tail.count > 2 * self.keep.tail {
      self.tail.removeFirst(self.tail.count - self.keep.tail)
    }
  }

  func captured(isComplete: Bool) -> CapturedOutput {
    CapturedOutput(
      head: self.head,
      tail: Array(self.tail.suffix(self.keep.tail)),
      count: self.count,
      isComplete: isComplete
    )
  }
}
