import Synchronization

/// The wish to end a run before its time, from wherever it comes.
final class Interruption: Sendable {
  /// Who wants the end.
  enum Reason: Sendable, Hashable {
    /// The user, by Ctrl-C.
    case user
    /// Another signal.
    case signal(Int32)
    /// The reader of our output has gone.
    case brokenPipe
    /// The output cannot be written, for instance because the disk is full.
    case outputFailed

    /// The exit status that goes with it.
    var status: Int32 {
      switch self {
      case .user: ExitStatus.interrupted
      case .signal(let number): 128 + number
      case .brokenPipe: ExitStatus.brokenPipe
      case .outputFailed: ExitStatus.internal
      }
    }
  }

  private struct State {
    var reason: Reason?
    var isCancelled = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Why the run was to end, if it was.
  var reason: Reason? { self.state.withLock { $0.reason } }

  /// Asks for the end; only the first reason counts.
  func request(_ reason: Reason) {
    self.wake { if $0.reason == nil { $0.reason = reason } }
  }

  /// Waits until the end is asked for or the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = self.state.withLock { state in
          if state.reason != nil || state.isCancelled { return true }
          state.waiter = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      self.wake { $0.isCancelled = true }
    }
  }

  private func wake(_ change: (inout State) -> Void) {
    let waiter = self.state.withLock { state in
      change(&state)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
