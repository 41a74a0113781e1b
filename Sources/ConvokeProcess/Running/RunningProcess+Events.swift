import Synchronization

// What the implementation of a transport tells.
extension RunningProcess {
  /// Connects the process with what controls it; to be called before anything else is told.
  package func attach(_ control: any ProcessControl) {
    let stop = self.state.withLock { state in
      state.control = control
      return state.stop
    }
    // The process was stopped while it was being started.
    if stop != nil { control.terminate(self.command.termination) }
  }

  /// Notes how long it took to connect, and in how many attempts.
  package func didConnect(within time: Duration?, attempts: Int) {
    self.state.withLock { state in
      state.statistics.connecting = time
      state.statistics.attempts = attempts
    }
  }

  /// Notes that the program has started.
  ///
  /// - Parameters:
  ///   - id: Its process identifier, on its own machine.
  ///   - keepsDeadline: Whether the other side keeps the deadline and tells by
  ///     ``didPassDeadline()``; this side then acts only when nothing has come of that.
  package func didStart(id: Int32?, keepsDeadline: Bool = false) {
    self.state.withLock { $0.started(id: id, since: self.clockStart) }.run()
    guard let deadline = self.command.deadline else { return }
    let patience = self.command.termination.grace + .seconds(5)
    self.arm(keepsDeadline ? deadline + patience : deadline)
  }

  /// Notes that the other side has ended the process group because the deadline passed.
  package func didPassDeadline() {
    self.state.withLock { state in
      guard state.stop == nil else { return }
      state.stop = .deadline
      state.statistics.wasKilled = true
      state.statistics.timedOut = true
    }
  }

  /// Takes bytes that the program wrote.
  package func didReceive(_ bytes: ArraySlice<UInt8>, on stream: OutputStream) {
    let (subscriptions, observers, isUnread) = self.state.withLock { state in
      state.capture[stream]?.append(bytes)
      state.expectBuffers[stream]?.append(bytes)
      let isUnread = state.unread.append(bytes, on: stream)
      let observers = state.expectBuffers.isEmpty ? [] : Array(state.observers.values)
      return (state.subscriptions, observers, isUnread)
    }
    if isUnread { self.waitForReader(of: stream) }
    if !subscriptions.isEmpty {
      let chunk = OutputChunk(stream, Array(bytes))
      for subscription in subscriptions { subscription.offer(chunk) }
      self.updatePause()
    }
    for observer in observers { observer.notify() }
  }

  // The caller may need a moment to begin; one who never does must not stop the program for ever.
  private func waitForReader(of stream: OutputStream) {
    Reactor.shared.schedule(after: UnreadOutput.patience) { [weak self] in
      self?.forgetUnread([stream])
    }
    self.updatePause()
  }

  /// Notes that a stream has ended; `isComplete` is false if its end was not waited for.
  package func didEndOutput(_ stream: OutputStream, isComplete: Bool = true) {
    let (isNew, subscriptions, observers) = self.state.withLock { state in
      let isNew = state.openStreams.remove(stream) != nil
      if isNew, !isComplete { state.brokenStreams.insert(stream) }
      return (isNew, state.subscriptions, Array(state.observers.values))
    }
    guard isNew else { return }
    for subscription in subscriptions { subscription.end(stream) }
    for observer in observers { observer.notify() }
  }

  /// Notes that the last step of the termination, `SIGKILL`, was needed.
  package func didForce() { self.state.withLock { $0.statistics.wasForced = true } }

  /// Notes that the program did not read all of its input.
  package func didFailInput() { self.state.withLock { $0.statistics.inputFailed = true } }

  /// Takes the end of the program, after the last of its output; ignored after the first time.
  package func didEnd(_ end: ProcessEnd, usage: ResourceUsage? = nil) {
    for stream in OutputStream.allCases { self.didEndOutput(stream, isComplete: false) }
    self.state.withLock { $0.ended(end, usage: usage) }.run()
    self.finishIfDone()
  }

  func finishIfDone() {
    let finished = self.state.withLock { $0.finished(self.command, on: self.host) }
    guard let (result, waiters) = finished else { return }
    result.log()
    for waiter in waiters { waiter.resume(returning: result) }
  }
}
