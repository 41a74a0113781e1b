extension RunningProcess {
  /// Why this side ends a process.
  enum StopReason { case deadline, cancelled, terminated }

  /// Everything that changes while a process runs.
  struct State {
    var control: (any ProcessControl)?
    var isStarted = false
    var statistics: ProcessStatistics
    var capture: [OutputStream: CaptureBuffer]
    var openStreams: Set<OutputStream> = [.stdout, .stderr]
    var brokenStreams: Set<OutputStream> = []
    var paused: Set<OutputStream> = []
    var subscriptions: [OutputSubscription] = []
    var unread = UnreadOutput(of: [])
    var expectBuffers: [OutputStream: ExpectBuffer] = [:]
    var observers: [ObjectIdentifier: ChangeNotifier] = [:]
    var pumps = 0
    var stop: StopReason?
    var stopTimers: [ReactorTimer] = []
    var outcome: Outcome?
    var result: ProcessResult?
    var waiters: [UInt64: CheckedContinuation<ProcessResult?, Never>] = [:]
    var startWaiters: [CheckedContinuation<Void, Never>] = []
    var givenUp: Set<UInt64> = []
    var nextWaiter: UInt64 = 0
    var startedClock: ContinuousClock.Instant?
  }
}

extension RunningProcess.State {
  /// Those who wait for something, to be woken once the lock is released.
  struct Wakeups {
    var timers: [ReactorTimer] = []
    var starters: [CheckedContinuation<Void, Never>] = []
    var observers: [ChangeNotifier] = []

    func run() {
      for timer in self.timers { Reactor.shared.cancel(timer) }
      for starter in self.starters { starter.resume() }
      for observer in self.observers { observer.notify() }
    }
  }

  mutating func started(id: Int32?, since clockStart: ContinuousClock.Instant) -> Wakeups {
    let now = ContinuousClock.now
    self.isStarted = true
    self.startedClock = now
    self.statistics.processID = id
    self.statistics.started = .now
    let connecting = self.statistics.connecting ?? .zero
    self.statistics.starting = clockStart.duration(to: now) - connecting
    defer { self.startWaiters = [] }
    return Wakeups(starters: self.startWaiters)
  }

  mutating func ended(_ end: ProcessEnd, usage: ResourceUsage?) -> Wakeups {
    guard self.outcome == nil else { return Wakeups() }
    self.statistics.usage = usage
    self.statistics.ended = .now
    self.statistics.running = self.startedClock.map { $0.duration(to: .now) }
    self.outcome = self.outcome(of: end)
    defer {
      self.stopTimers = []
      self.startWaiters = []
    }
    return Wakeups(
      timers: self.stopTimers,
      starters: self.startWaiters,
      observers: Array(self.observers.values)
    )
  }

  // What this side did comes before how the program took it.
  private func outcome(of end: ProcessEnd) -> Outcome {
    switch (self.stop, end) {
    case (.deadline, _): .timedOut
    case (.cancelled, _): .cancelled
    case (_, .exited(let code)): .exited(code)
    case (_, .signalled(let signal)): .signalled(signal)
    case (_, .outcome(let outcome)): outcome
    }
  }

  /// The result and those who wait for it, once: after the end, when all handlers have seen the output.
  mutating func finished(
    _ command: Command,
    on host: String?
  ) -> (ProcessResult, [CheckedContinuation<ProcessResult?, Never>])? {
    guard let outcome = self.outcome, self.pumps == 0, self.result == nil else { return nil }
    let result = ProcessResult(
      command: command,
      host: host,
      outcome: outcome,
      stdout: self.captured(.stdout),
      stderr: self.captured(.stderr),
      statistics: self.statistics
    )
    self.result = result
    self.control = nil
    self.capture = [:]
    defer { self.waiters = [:] }
    return (result, Array(self.waiters.values))
  }

  private func captured(_ stream: OutputStream) -> CapturedOutput {
    self.capture[stream]?.captured(isComplete: !self.brokenStreams.contains(stream))
      ?? CapturedOutput()
  }
}
