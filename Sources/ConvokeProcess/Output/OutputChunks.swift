/// The output of a process as it arrives, in chunks.
public struct OutputChunks: AsyncSequence, Sendable {
  private let subscription: OutputSubscription

  init(_ subscription: OutputSubscription) { self.subscription = subscription }

  /// Makes the iterator; all iterators of a sequence share its chunks.
  public func makeAsyncIterator() -> Iterator { Iterator(self.subscription) }

  /// Hands out chunk after chunk.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    private let subscription: OutputSubscription
    private var waiting: ArraySlice<OutputChunk> = []

    init(_ subscription: OutputSubscription) { self.subscription = subscription }

    /// Waits for the next chunk; `nil` at the end or when the task is cancelled.
    public mutating func next() async -> OutputChunk? {
      if self.waiting.isEmpty { self.waiting = await self.subscription.next()[...] }
      return self.waiting.popFirst()
    }
  }
}
