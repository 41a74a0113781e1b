public import ConvokeWire
import Synchronization

/// The items of several channels as they arrive.
public struct MergedItems: AsyncSequence, Sendable {
  /// A channel and its item, or its error.
  public typealias Element = (channel: Channel, item: Result<WireValue, any Error>)

  let channels: [Channel]

  /// Makes an iterator; it takes items from the channels from now on.
  public func makeAsyncIterator() -> Iterator { Iterator(self.channels) }

  /// Hands out item after item.
  public final class Iterator: AsyncIteratorProtocol {
    private let merger: Merger

    init(_ channels: [Channel]) {
      self.merger = Merger()
      self.merger.begin(channels)
    }

    deinit { self.merger.cancel() }

    /// Waits for the next item; `nil` when all channels have ended or the task is cancelled.
    public func next() async -> Element? { await self.merger.next() }
  }
}

@available(*, unavailable)
extension MergedItems.Iterator: Sendable {}

/// Collects the next item of each channel; a channel waits until its last one was taken.
private final class Merger: Sendable {
  private struct State {
    var ready: [(Channel, Result<WireValue, any Error>)] = []
    var open = 0
    var reader: CheckedContinuation<Void, Never>?
    var resumers: [CheckedContinuation<Void, Never>] = []
    var tasks: [Task<Void, Never>] = []
    var isCancelled = false
  }

  private let state = Mutex(State())

  func begin(_ channels: [Channel]) {
    self.state.withLock { $0.open = channels.count }
    // They live as long as the iterator, which is not the caller's scope.
    let tasks = channels.map { channel in Task.detached { await self.collect(channel) } }
    self.state.withLock { $0.tasks = tasks }
  }

  func cancel() {
    let (tasks, resumers) = self.state.withLock { state in
      state.isCancelled = true
      defer { state.resumers = [] }
      return (state.tasks, state.resumers)
    }
    for task in tasks { task.cancel() }
    for resumer in resumers { resumer.resume() }
  }

  private func collect(_ channel: Channel) async {
    while !self.state.withLock({ $0.isCancelled }) {
      do {
        self.add((channel, .success(try await channel.receive())))
      } catch let error as GatewayError where error.code == .endOfChannel {
        break
      } catch is CancellationError {
        break
      } catch {
        self.add((channel, .failure(error)))
        break
      }
      await self.waitUntilTaken()
    }
    self.wake { $0.open -= 1 }
  }

  private func add(_ element: (Channel, Result<WireValue, any Error>)) {
    self.wake { $0.ready.append(element) }
  }

  private func wake(_ change: (inout State) -> Void) {
    let reader = self.state.withLock { state in
      change(&state)
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  private func waitUntilTaken() async {
    await withCheckedContinuation { continuation in
      let isTaken = self.state.withLock { state in
        if state.ready.isEmpty || state.isCancelled { return true }
        state.resumers.append(continuation)
        return false
      }
      if isTaken { continuation.resume() }
    }
  }

  func next() async -> (channel: Channel, item: Result<WireValue, any Error>)? {
    while true {
      let (element, isDone, resumers) = self.state.withLock { state in
        let element = state.ready.isEmpty ? nil : state.ready.removeFirst()
        let resumers = state.ready.isEmpty ? state.resumers : []
        if state.ready.isEmpty { state.resumers = [] }
        return (element, state.open == 0, resumers)
      }
      for resumer in resumers { resumer.resume() }
      if let element { return element }
      if isDone || Task.isCancelled { return nil }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let waits = self.state.withLock { state in
            if !state.ready.isEmpty || state.open == 0 || Task.isCancelled { return false }
            state.reader = continuation
            return true
          }
          if !waits { continuation.resume() }
        }
      } onCancel: {
        self.wake { _ in }
      }
    }
  }
}
