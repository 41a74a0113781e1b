/// The output of one stream since the last match, at most one mebibyte of it.
struct ExpectBuffer {
  private static let limit = 1 << 20
  private(set) var bytes: [UInt8] = []

  mutating func append(_ more: ArraySlice<UInt8>) {
    self.bytes += more
    // What is older than the limit can no longer match; trimming at twice the limit is cheap.
    if self.bytes.count > 2 * Self.limit { self.bytes.removeFirst(self.bytes.count - Self.limit) }
  }

  mutating func consume(_ count: Int) { self.bytes.removeFirst(min(count, self.bytes.count)) }

  mutating func clear() { self.bytes = [] }
}
