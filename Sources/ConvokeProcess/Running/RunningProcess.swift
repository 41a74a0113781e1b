import Synchronization

/// A process that was started, on this machine or on another one.
///
/// Get one from ``Command/start(_:)`` for the length of a scope, or from ``Command/launch()`` to
/// keep it longer. All its waits end when the calling task is cancelled.
public final class RunningProcess: Sendable {
  /// The command that runs.
  public let command: Command
  /// The name of the host it runs on; `nil` for this machine.
  public let host: String?

  let state: Mutex<State>
  private let requested = Timestamp.now
  private let clockStart = ContinuousClock.now

  struct State {
    var control: (any ProcessControl)?
    var isStarted = false
    var statistics: ProcessStatistics
    var capture: [OutputStream: CaptureBuffer]
    var openStreams: Set<OutputStream> = [.stdout, .stderr]
    var brokenStreams: Set<OutputStream> = []
    var paused: Set<OutputStream> = []
    var subscriptions: [OutputSubscription] = []
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

  enum StopReason { case deadline, cancelled, terminated }

  /// Makes a process that is about to be started.
  ///
  /// - Parameters:
  ///   - command: The command to run.
  ///   - host: The name of the host; `nil` for this machine.
  ///   - isInteractive: Whether `expect` can be used; it keeps up to 1 MiB of each stream.
  package init(_ command: Command, host: String? = nil, isInteractive: Bool = false) {
    self.command = command
    self.host = host
    var state = State(
      statistics: ProcessStatistics(requested: self.requested),
      capture: [
        .stdout: CaptureBuffer(command.stdout.keep), .stderr: CaptureBuffer(command.stderr.keep),
      ]
    )
    if isInteractive {
      state.expectBuffers = [.stdout: ExpectBuffer(), .stderr: ExpectBuffer()]
    }
    self.state = Mutex(state)
    self.startPumps()
  }

  /// The process identifier on the machine where it runs; `nil` before it started.
  public var id: Int32? { self.state.withLock { $0.statistics.processID } }

  /// Whether the program has not ended yet.
  public var isRunning: Bool { self.state.withLock { $0.outcome == nil } }

  /// Waits until the program has started, or until it is known that it never will.
  public func waitUntilStarted() async {
    await withCheckedContinuation { continuation in
      let isDone = self.state.withLock { state in
        if state.isStarted || state.outcome != nil { return true }
        state.startWaiters.append(continuation)
        return false
      }
      if isDone { continuation.resume() }
    }
  }
}

// MARK: - What the implementation of a transport tells

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
  package func didStart(id: Int32?) {
    let now = ContinuousClock.now
    let waiters = self.state.withLock { state in
      state.isStarted = true
      state.startedClock = now
      state.statistics.processID = id
      state.statistics.started = .now
      let connecting = state.statistics.connecting ?? .zero
      state.statistics.starting = self.clockStart.duration(to: now) - connecting
      defer { state.startWaiters = [] }
      return state.startWaiters
    }
    for waiter in waiters { waiter.resume() }
    if let deadline = self.command.deadline { self.arm(deadline) }
  }

  /// Takes bytes that the program wrote.
  package func didReceive(_ bytes: ArraySlice<UInt8>, on stream: OutputStream) {
    let (subscriptions, observers) = self.state.withLock { state in
      state.capture[stream]?.append(bytes)
      state.expectBuffers[stream]?.append(bytes)
      return (state.subscriptions, state.expectBuffers.isEmpty ? [] : Array(state.observers.values))
    }
    if !subscriptions.isEmpty {
      let chunk = OutputChunk(stream, Array(bytes))
      for subscription in subscriptions { subscription.offer(chunk) }
      self.updatePause()
    }
    for observer in observers { observer.notify() }
  }

  /// Notes that a stream has ended; `isComplete` is false if its end was not waited for.
  package func didEndOutput(_ stream: OutputStream, isComplete: Bool = true) {
    let (isNew, subscriptions, observers) = self.state.withLock { state in
      let isNew = state.openStreams.remove(stream) != nil
      if !isComplete { state.brokenStreams.insert(stream) }
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
    let now = ContinuousClock.now
    let (timers, starters, observers) = self.state.withLock { state in
      guard state.outcome == nil else {
        return ([ReactorTimer](), [CheckedContinuation<Void, Never>](), [ChangeNotifier]())
      }
      state.statistics.usage = usage
      state.statistics.ended = .now
      state.statistics.running = state.startedClock.map { $0.duration(to: now) }
      state.outcome = Self.outcome(of: end, stop: state.stop)
      defer {
        state.stopTimers = []
        state.startWaiters = []
      }
      return (state.stopTimers, state.startWaiters, Array(state.observers.values))
    }
    for timer in timers { Reactor.shared.cancel(timer) }
    for starter in starters { starter.resume() }
    for observer in observers { observer.notify() }
    self.finishIfDone()
  }

  private static func outcome(of end: ProcessEnd, stop: StopReason?) -> Outcome {
    switch (stop, end) {
    case (.deadline, _): .timedOut
    case (.cancelled, _): .cancelled
    case (_, .exited(let code)): .exited(code)
    case (_, .signalled(let signal)): .signalled(signal)
    case (_, .outcome(let outcome)): outcome
    }
  }

  /// Makes the result once the program has ended and all handlers have seen its output.
  func finishIfDone() {
    let (result, waiters) = self.state.withLock {
      state -> (ProcessResult?, [CheckedContinuation<ProcessResult?, Never>]) in
      guard let outcome = state.outcome, state.pumps == 0, state.result == nil else {
        return (nil, [])
      }
      let result = ProcessResult(
        command: self.command,
        host: self.host,
        outcome: outcome,
        stdout: state.captured(.stdout),
        stderr: state.captured(.stderr),
        statistics: state.statistics
      )
      state.result = result
      state.control = nil
      state.capture = [:]
      defer { state.waiters = [:] }
      return (result, Array(state.waiters.values))
    }
    guard let result else { return }
    result.log()
    for waiter in waiters { waiter.resume(returning: result) }
  }
}

extension RunningProcess.State {
  func captured(_ stream: OutputStream) -> CapturedOutput {
    self.capture[stream]?.captured(isComplete: !self.brokenStreams.contains(stream))
      ?? CapturedOutput()
  }
}
