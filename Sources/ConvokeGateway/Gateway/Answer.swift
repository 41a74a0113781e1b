import ConvokeProcess
import Synchronization

/// A value that comes once, later, and the one task that waits for it.
///
/// Whoever gives first wins; a value given before the wait begins is kept for it.
final class Answer<Value: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Value, Never>)
    case given(Value)
  }

  private let state = Mutex(State.open)

  /// Gives the value; ignored after the first time.
  func give(_ value: Value) {
    let waiter = self.state.withLock { state -> CheckedContinuation<Value, Never>? in
      switch state {
      case .given: return nil
      case .open:
        state = .given(value)
        return nil
      case .awaited(let waiter):
        state = .given(value)
        return waiter
      }
    }
    waiter?.resume(returning: value)
  }

  /// Waits for the value; a cancelled task and one past its limit get what they are told to.
  func wait(within limit: Duration? = nil, otherwise: Value) async -> Value {
    let timer = limit.map { Reactor.shared.schedule(after: $0) { self.give(otherwise) } }
    defer { if let timer { Reactor.shared.cancel(timer) } }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = self.state.withLock { state -> Value? in
          if case .given(let value) = state { return value }
          state = .awaited(continuation)
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      self.give(otherwise)
    }
  }
}
