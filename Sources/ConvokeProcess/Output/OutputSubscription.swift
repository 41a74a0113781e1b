import Synchronization

/// Chunks on their way to one reader, bounded.
final class OutputSubscription: Sendable {
  /// The number of waiting bytes from which on the program has to wait.
  static let highWater = 256 << 10

  private struct State {
    var chunks: [OutputChunk] = []
    var waiting: [OutputStream: Int] = [:]
    var open: Set<OutputStream>
    var reader: CheckedContinuation<OutputChunk?, Never>?
    var isCancelled = false
  }

  private let state: Mutex<State>
  private let onDrain: @Sendable () -> Void

  init(to streams: [OutputStream], onDrain: @escaping @Sendable () -> Void) {
    self.state = Mutex(State(open: Set(streams)))
    self.onDrain = onDrain
  }

  func isFull(_ stream: OutputStream) -> Bool {
    self.state.withLock { !$0.isCancelled && $0.waiting[stream, default: 0] >= Self.highWater }
  }

  func offer(_ chunk: OutputChunk) {
    let reader = self.state.withLock { state -> CheckedContinuation<OutputChunk?, Never>? in
      guard state.open.contains(chunk.stream), !state.isCancelled else { return nil }
      if let reader = state.reader {
        state.reader = nil
        return reader
      }
      state.chunks.append(chunk)
      state.waiting[chunk.stream, default: 0] += chunk.bytes.count
      return nil
    }
    reader?.resume(returning: chunk)
  }

  func end(_ stream: OutputStream) {
    let reader = self.state.withLock { state -> CheckedContinuation<OutputChunk?, Never>? in
      state.open.remove(stream)
      guard state.open.isEmpty else { return nil }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }

  /// The chunks that wait, or the next one; empty at the end or when the task is cancelled.
  func next() async -> [OutputChunk] {
    await withTaskCancellationHandler {
      let waiting = self.takeWaiting()
      if !waiting.isEmpty { return waiting }
      return await self.nextChunk().map { [$0] } ?? self.takeWaiting()
    } onCancel: {
      self.cancel()
    }
  }

  private func takeWaiting() -> [OutputChunk] {
    let (chunks, wasFull) = self.state.withLock { state in
      defer {
        state.chunks = []
        state.waiting = [:]
      }
      return (state.chunks, state.waiting.values.contains { $0 >= Self.highWater })
    }
    if wasFull { self.onDrain() }
    return chunks
  }

  private func nextChunk() async -> OutputChunk? {
    await withCheckedContinuation { continuation in
      let isWaiting = self.state.withLock { state in
        if state.open.isEmpty || state.isCancelled || !state.chunks.isEmpty { return false }
        state.reader = continuation
        return true
      }
      if !isWaiting { continuation.resume(returning: nil) }
    }
  }

  func cancel() {
    let reader = self.state.withLock { state in
      state.isCancelled = true
      state.chunks = []
      state.waiting = [:]
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
    self.onDrain()
  }
}
