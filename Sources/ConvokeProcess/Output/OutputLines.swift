/// The output of a process as it arrives, in lines.
public struct OutputLines: AsyncSequence, Sendable {
  private let subscription: OutputSubscription

  init(_ subscription: OutputSubscription) { self.subscription = subscription }

  /// Makes the iterator; all iterators of a sequence share its lines.
  public func makeAsyncIterator() -> Iterator { Iterator(self.subscription) }

  /// Hands out line after line.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    private let subscription: OutputSubscription
    private var splitters: [OutputStream: LineSplitter] = [.stdout: .init(), .stderr: .init()]
    private var ready: ArraySlice<OutputLine> = []
    private var isAtEnd = false

    init(_ subscription: OutputSubscription) { self.subscription = subscription }

    /// Waits for the next line; `nil` at the end or when the task is cancelled.
    public mutating func next() async -> OutputLine? {
      while self.ready.isEmpty, !self.isAtEnd {
        let chunks = await self.subscription.next()
        self.isAtEnd = chunks.isEmpty
        self.ready = (chunks.isEmpty ? self.lastLines() : self.split(chunks))[...]
      }
      return self.ready.popFirst()
    }

    private mutating func split(_ chunks: [OutputChunk]) -> [OutputLine] {
      var lines: [OutputLine] = []
      for chunk in chunks {
        for line in self.splitters[chunk.stream]?.append(chunk.bytes) ?? [] {
          lines.append(OutputLine(chunk.stream, line))
        }
      }
      return lines
    }

    private mutating func lastLines() -> [OutputLine] {
      OutputStream.allCases.compactMap { stream in
        self.splitters[stream]?.finish().map { OutputLine(stream, $0) }
      }
    }
  }
}
