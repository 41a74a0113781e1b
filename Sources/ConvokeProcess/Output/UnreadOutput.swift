/// The output of streams that nobody has begun to read: it is the first reader's.
struct UnreadOutput {
  /// How long a program waits for its first reader, once it has written more than is kept for one.
  static let patience = Duration.seconds(5)

  private var streams: Set<OutputStream>
  /// The streams that `expect` has searched, and nobody read: what it has left is the first reader's.
  private var searched: Set<OutputStream> = []
  private var chunks: [OutputChunk] = []
  private var sizes: [OutputStream: Int] = [:]

  /// Makes what is kept for the readers of some streams, at first nothing.
  init(of streams: [OutputStream]) { self.streams = Set(streams) }

  /// Keeps bytes, unless the stream has a reader.
  ///
  /// - Returns: Whether the stream has become full by them.
  mutating func append(_ bytes: ArraySlice<UInt8>, on stream: OutputStream) -> Bool {
    guard self.streams.contains(stream) else { return false }
    let wasFull = self.isFull(stream)
    self.chunks.append(OutputChunk(stream, Array(bytes)))
    self.sizes[stream, default: 0] += bytes.count
    return !wasFull && self.isFull(stream)
  }

  /// Whether the program has to wait for a reader.
  func isFull(_ stream: OutputStream) -> Bool {
    self.sizes[stream, default: 0] >= OutputSubscription.highWater
  }

  /// Hands out what was kept, or left by `expect`; nothing more is kept of the streams.
  mutating func take(
    _ streams: [OutputStream],
    left: [OutputStream: ExpectBuffer] = [:]
  ) -> [OutputChunk] {
    defer { self.forget(streams) }
    return self.chunks.filter { streams.contains($0.stream) }
      + streams.compactMap { stream in
        guard self.searched.contains(stream), let bytes = left[stream]?.bytes else { return nil }
        return bytes.isEmpty ? nil : OutputChunk(stream, bytes)
      }
  }

  /// Keeps nothing more of the streams.
  mutating func forget(_ streams: [OutputStream]) {
    self.streams.subtract(streams)
    self.searched.subtract(streams)
    self.drop(streams)
  }

  /// Leaves it to `expect` to keep the output.
  mutating func beginSearch() {
    self.searched.formUnion(self.streams)
    self.streams = []
    self.drop(OutputStream.allCases)
  }

  private mutating func drop(_ streams: [OutputStream]) {
    for stream in streams { self.sizes[stream] = nil }
    self.chunks.removeAll { streams.contains($0.stream) }
  }
}
