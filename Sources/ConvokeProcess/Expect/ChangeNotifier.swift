import Synchronization

/// Wakes one waiting task when something has changed.
final class ChangeNotifier: Sendable {
  private struct State {
    var hasChanged = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func notify() {
    let waiter = self.state.withLock { state in
      state.hasChanged = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Waits until ``notify()`` was called since the last wait, the time is over or the task is cancelled.
  func wait(until end: ContinuousClock.Instant?) async {
    let timer = end.map { end in
      Reactor.shared.schedule(after: ContinuousClock.now.duration(to: end)) { self.notify() }
    }
    defer { if let timer { Reactor.shared.cancel(timer) } }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = self.state.withLock { state in
          if state.hasChanged {
            state.hasChanged = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      self.notify()
    }
  }
}
