import Synchronization

/// What stands behind a process that is none: a task whose output is that of the process, which waits
/// while the readers have enough to do, and ends the process when it ends.
package final class ProcessFeed: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var isCancelled = false
    var paused: Set<OutputStream> = []
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let process: RunningProcess
  private let delivery = Mutex(())

  /// Makes the feed of a process.
  package init(_ process: RunningProcess) { self.process = process }

  /// Runs the body, and ends the process as it says.
  ///
  /// - Parameter body: What delivers the output; it is cancelled by ``cancel()``.
  package func start(_ body: @escaping @Sendable () async -> ProcessEnd) {
    // It lives as long as the process, not as the caller.
    let task = Task.detached { [self] in
      let end = await body()
      for stream in OutputStream.allCases { self.process.didEndOutput(stream) }
      self.process.didEnd(end)
    }
    let isCancelled = self.state.withLock { state in
      state.task = task
      return state.isCancelled
    }
    if isCancelled { task.cancel() }
  }

  /// Passes on bytes; waits for nobody.
  package func deliver(_ bytes: [UInt8], on stream: OutputStream) {
    self.delivery.withLock { _ in self.process.didReceive(bytes[...], on: stream) }
  }

  /// Waits until the readers of a stream have room for more, or the feed is cancelled.
  package func waitForRoom(on stream: OutputStream) async {
    await withCheckedContinuation { continuation in
      let mustWait = self.state.withLock { state in
        guard state.paused.contains(stream), !state.isCancelled else { return false }
        state.waiters.append(continuation)
        return true
      }
      if !mustWait { continuation.resume() }
    }
  }

  /// Notes whether the readers of a stream have enough to do.
  package func setPaused(_ isPaused: Bool, _ stream: OutputStream) {
    if isPaused {
      self.state.withLock { _ = $0.paused.insert(stream) }
    } else {
      self.wake { $0.paused.remove(stream) }
    }
  }

  /// Cancels the body, and lets nobody wait for room any more.
  package func cancel() {
    let task = self.state.withLock { state in
      state.isCancelled = true
      return state.task
    }
    self.wake { _ in }
    task?.cancel()
  }

  private func wake(_ change: (inout State) -> Void) {
    let waiters = self.state.withLock { state in
      change(&state)
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
