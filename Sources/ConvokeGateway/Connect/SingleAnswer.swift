import Synchronization

/// An answer that one task waits for; only the first one counts, and a cancellation is a `false`.
package final class SingleAnswer: Sendable {
  private struct State {
    var answer: Bool?
    var waiter: CheckedContinuation<Bool, Never>?
  }

  private let state = Mutex(State())

  /// Makes an answer that is open.
  package init() {}

  /// Answers, unless it is answered already.
  package func answer(_ answer: Bool) {
    let waiter = self.state.withLock { state in
      if state.answer == nil { state.answer = answer }
      defer { state.waiter = nil }
      return state.waiter.map { ($0, state.answer ?? answer) }
    }
    if let (waiter, answer) = waiter { waiter.resume(returning: answer) }
  }

  /// Waits for the answer.
  ///
  /// - Returns: The answer.
  package func wait() async -> Bool {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = self.state.withLock { state in
          if state.answer == nil { state.waiter = continuation }
          return state.answer
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      self.answer(false)
    }
  }
}
