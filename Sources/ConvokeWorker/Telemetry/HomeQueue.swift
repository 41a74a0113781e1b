import Synchronization

/// What waits to be sent home, in order, bounded: what finds no room is counted and dropped.
final class HomeQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var dropped = 0
    var reader: CheckedContinuation<Void, Never>?
    var isClosed = false
  }

  /// The most elements that wait.
  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  func add(_ element: Element) {
    let reader = self.state.withLock { state in
      if state.elements.count < self.limit {
        state.elements.append(element)
      } else {
        state.dropped += 1
      }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// Waits for elements; hands out none when the task is cancelled.
  func next() async -> (elements: [Element], dropped: Int) {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mayWait = self.state.withLock { state in
          guard state.elements.isEmpty, !state.isClosed else { return false }
          state.reader = continuation
          return true
        }
        if !mayWait { continuation.resume() }
      }
    } onCancel: {
      let reader = self.state.withLock { state in
        state.isClosed = true
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume()
    }
    return self.state.withLock { state in
      defer {
        state.elements = []
        state.dropped = 0
      }
      return (state.elements, state.dropped)
    }
  }
}
