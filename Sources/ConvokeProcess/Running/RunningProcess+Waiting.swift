import Synchronization

extension RunningProcess {
  /// Waits for the end of the process.
  ///
  /// Cancelling the task ends the wait, not the process.
  ///
  /// - Parameter limit: How long to wait; `nil` waits as long as it takes.
  /// - Returns: How the process ended, with its output.
  /// - Throws: ``ProcessError`` with code ``ProcessError/Code/waitTimedOut`` when the limit is
  ///   reached, `CancellationError` when the task is cancelled.
  public func wait(within limit: Duration? = nil) async throws -> ProcessResult {
    if let result = await self.result(within: limit) { return result }
    try Task.checkCancellation()
    throw ProcessError(
      .waitTimedOut,
      "'\(self.command.label)' did not end within \(limit ?? .zero)"
    )
  }

  /// Waits for the end of the process, whatever happens to the task.
  ///
  /// - Returns: How the process ended.
  package func waitUncancelled() async -> ProcessResult {
    while true {
      if let result = await self.firstResult(nil) { return result }
    }
  }

  private func result(within limit: Duration?) async -> ProcessResult? {
    let waiter = self.state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    let timer = limit.map { limit in
      Reactor.shared.schedule(after: limit) { self.giveUp(waiter) }
    }
    defer { if let timer { Reactor.shared.cancel(timer) } }
    return await withTaskCancellationHandler {
      await self.firstResult(waiter)
    } onCancel: {
      self.giveUp(waiter)
    }
  }

  private func firstResult(_ waiter: UInt64?) async -> ProcessResult? {
    self.forgetUnread()
    return await withCheckedContinuation { continuation in
      let (isDone, result) = self.state.withLock { state -> (Bool, ProcessResult?) in
        if let result = state.result { return (true, result) }
        // A cancellation that came first left its mark.
        if let waiter, state.givenUp.remove(waiter) != nil { return (true, nil) }
        state.nextWaiter += 1
        state.waiters[waiter ?? state.nextWaiter] = continuation
        return (false, nil)
      }
      if isDone { continuation.resume(returning: result) }
    }
  }

  private func giveUp(_ waiter: UInt64) {
    let continuation = self.state.withLock { state in
      let continuation = state.waiters.removeValue(forKey: waiter)
      if continuation == nil { state.givenUp.insert(waiter) }
      return continuation
    }
    continuation?.resume(returning: nil)
  }
}
