import Synchronization

extension RunningProcess {
  /// Sends a signal to the process group; ignored once the process has ended.
  ///
  /// Ending a process this way makes however it ends acceptable, as ``terminate()`` does.
  ///
  /// - Parameter signal: The signal.
  public func send(_ signal: Signal) {
    let deadly: Set<Signal> = [.terminate, .kill, .interrupt, .hangUp, .quit]
    let control = self.state.withLock { state in
      guard state.outcome == nil else { return (any ProcessControl)?.none }
      if deadly.contains(signal) { state.statistics.wasKilled = true }
      return state.control
    }
    control?.send(signal)
  }

  /// Ends the process group with the termination sequence of the command, and waits for the end.
  ///
  /// It takes as long as the sequence at most, and some seconds more if the host does not answer.
  ///
  /// - Returns: How the process ended: its exit code or signal.
  @discardableResult
  public func terminate() async -> ProcessResult {
    self.stop(.terminated)
    return await self.waitUncancelled()
  }

  /// Ends the process group because the caller no longer wants it; the outcome is `cancelled`.
  package func cancel() { self.stop(.cancelled) }

  /// Ends the process group with the termination sequence; does not wait.
  package func end() { self.stop(.terminated) }

  /// Kills the process group, also while its termination sequence is under way; does not wait.
  package func kill() {
    self.stop(.terminated)
    self.state.withLock { $0.control }?.terminate(.immediate)
  }

  func arm(_ deadline: Duration) {
    let timer = Reactor.shared.schedule(after: deadline) { self.stop(.deadline) }
    self.keep(timer)
  }

  private func stop(_ reason: StopReason) {
    let (isFirst, control) = self.state.withLock { state in
      guard state.outcome == nil, state.stop == nil else { return (false, state.control) }
      state.stop = reason
      state.statistics.wasKilled = true
      state.statistics.timedOut = reason == .deadline
      return (true, state.control)
    }
    guard isFirst else { return }
    // Whatever the other side does, the wait has an end.
    let limit = self.command.termination.grace + (control?.patience ?? .seconds(3))
    self.keep(Reactor.shared.schedule(after: limit) { self.abandon() })
    control?.terminate(self.command.termination)
  }

  private func keep(_ timer: ReactorTimer) {
    let isLate = self.state.withLock { state in
      if state.outcome == nil { state.stopTimers.append(timer) }
      return state.outcome != nil
    }
    if isLate { Reactor.shared.cancel(timer) }
  }

  private func abandon() {
    self.state.withLock { $0.control }?.abandon()
    let place = self.host ?? "this machine"
    let message = "'\(self.command.label)' on \(place) did not end when it was killed"
    self.didEnd(.outcome(.lost(Failure(.lost, message))))
  }
}
