import Synchronization

/// One wait for one answer, which a cancellation of the task ends.
final class SingleWait: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Void, any Error>?
    var answer: Result<Void, any Error>?
  }

  private let state = Mutex(State())

  /// Starts something and waits until it calls ``end(_:)``.
  static func run(_ start: (SingleWait) -> Void) async throws {
    let wait = SingleWait()
    start(wait)
    try await withTaskCancellationHandler {
      try await wait.wait()
    } onCancel: {
      wait.end(.failure(CancellationError()))
    }
  }

  /// Ends the wait; ignored after the first time.
  func end(_ answer: Result<Void, any Error>) {
    let continuation = self.state.withLock { state in
      if state.answer == nil { state.answer = answer }
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(with: answer)
  }

  private func wait() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let answer = self.state.withLock { state in
        if state.answer == nil { state.continuation = continuation }
        return state.answer
      }
      if let answer { continuation.resume(with: answer) }
    }
  }
}
