import ConvokeProcess
import Synchronization

/// A process of another host: starts it, reads its output, notices its end, ends its group.
///
/// All of its state changes happen on the thread of the reactor.
final class RemoteProcess: Sendable {
  struct State {
    var phase = Phase.connecting
    var session: (any RemoteSession)?
    var keeper: Keeper?
    var stdout: MarkScanner
    var stderr: MarkScanner
    // Where ssh's own exit code cannot be trusted: the stream with the mark that tells it.
    var endMark: EndMark?
    var isStdoutMarked = false
    var isStderrMarked = false
    var hasExecuted = false
    var firstInput: [UInt8] = []
    var reopenings = 0
    var guessesBash = true
    var turn = 0
    var refusal: Failure?
    var end: ProcessEnd?
    var hasOutputEnded = false
    var isTerminating = false
    var isGroupDone = true
    var pausedStreams: Set<OutputStream> = []
    var writers: [CheckedContinuation<Bool, Never>] = []
    var hasWaitingInput = false
    var leader: Int32 = 0
    var poller: Int32?
    var timers: [ReactorTimer] = []
  }

  struct EndMark {
    var stream: OutputStream
    var scanner: EndMarkScanner

    init(_ stream: OutputStream, _ mark: String) {
      self.stream = stream
      self.scanner = EndMarkScanner(mark)
    }
  }

  enum Phase { case connecting, starting, running, ended }

  let process: RunningProcess
  let link: HostLink
  let nonce: String
  let state: Mutex<State>

  var command: Command { self.process.command }

  init(_ process: RunningProcess, _ link: HostLink) {
    self.process = process
    self.link = link
    let nonce = String(UInt64.random(in: .min ... .max), radix: 36)
    self.nonce = nonce
    let refusal = RemoteScript.refusalMark + nonce
    let hasTerminal = process.command.terminal != nil
    let ready = hasTerminal ? [RemoteScript.readyMark + nonce] : []
    self.state = Mutex(
      State(
        stdout: MarkScanner([RemoteScript.startMark + nonce, refusal] + ready),
        stderr: MarkScanner([RemoteScript.startMark + nonce, refusal]),
        endMark: link.isPlain
          ? EndMark(hasTerminal ? .stdout : .stderr, RemoteScript.endMark + nonce) : nil
      )
    )
  }

  /// Starts the command once the host is connected.
  func begin() {
    self.process.attach(self)
    Reactor.shared.execute { self.connect() }
  }

  private func connect() {
    let moment = ContinuousClock.now
    self.link.retain()
    let wasOpen = self.link.isOpen
    self.link.whenReady { answer in
      guard self.state.withLock({ $0.phase == .connecting }) else { return }
      let attempts = wasOpen ? 0 : self.link.attempts
      switch answer {
      case .failure(let failure):
        self.process.didConnect(within: nil, attempts: attempts)
        self.finish(.outcome(.unreachable(failure)))
      case .success:
        let time = wasOpen ? nil : moment.duration(to: .now)
        self.process.didConnect(within: time, attempts: attempts)
        self.open()
      }
    }
  }

  private func open() {
    // The handler keeps this process alive as long as the session is.
    let turn = self.state.withLock { state in
      state.turn += 1
      return state.turn
    }
    let session = self.link.makeSession { event in
      // What a session that was given up still says is of no interest.
      if self.state.withLock({ $0.turn == turn }) { self.handle(event) }
    }
    self.state.withLock { state in
      state.phase = .starting
      state.session = session
    }
    self.link.open(session)
    self.schedule(after: Self.startLimit) {
      guard self.state.withLock({ $0.phase == .starting }) else { return }
      self.finish(.outcome(.refused(self.silence("does not start within \(Self.startLimit)"))))
    }
  }

  /// How long a host may take from the login to the start of the command.
  private static let startLimit = Duration.seconds(120)

  // MARK: - Events of the session

  private func handle(_ event: SSHChannelEvent) {
    guard self.state.withLock({ $0.phase != .ended }) else { return }
    switch event {
    case .opened: self.execute()
    case .refused(let reason):
      let message = "\(self.link.name) opens no session: \(reason)"
      self.finish(.outcome(.refused(Failure(.sessionRefused, message))))
    case .unreachable(let failure): self.finish(.outcome(.unreachable(failure)))
    case .answered(let isAccepted):
      if !isAccepted { self.finish(.outcome(.refused(self.silence("refuses to run commands")))) }
    case .received(let bytes, let stream): self.receive(bytes, stream)
    case .outputEnded:
      self.state.withLock { $0.hasOutputEnded = true }
      self.finishIfDone()
    case .exited(let code): self.noteEnd(.exited(Int32(truncatingIfNeeded: code)))
    case .signalled(let name): self.noteEnd(.signalled(Signal(name: name) ?? Signal(rawValue: 0)))
    case .inputDrained: self.inputDrained()
    case .lost(let reason): self.lose(reason)
    case .closed: self.closed()
    }
  }

  private func openAgain() {
    self.state.withLock { $0.session }?.close()
    self.open()
  }

  private func execute() {
    let plan = RemoteScript.Plan(
      nonce: self.nonce,
      shell: self.link.loginShell,
      reportsEnd: self.link.isPlain,
      guessesBash: !self.link.isPlain && self.state.withLock { $0.guessesBash }
    )
    let texts = RemoteScript.texts(self.command, plan)
    let session = self.state.withLock { state in
      state.hasExecuted = true
      state.firstInput = Array(texts.input.utf8)
      return state.session
    }
    session?.execute(texts.commandLine, self.command.terminal)
    // A terminal has to be made ready for it first.
    if self.command.terminal == nil { self.writeFirstInput() }
  }

  func writeFirstInput() {
    let (session, input) = self.state.withLock { state in
      defer { state.firstInput = [] }
      return (state.session, state.firstInput)
    }
    if !input.isEmpty { session?.write(input) }
  }

  private func noteEnd(_ end: ProcessEnd) {
    if self.state.withLock({ $0.endMark != nil }) { return self.sshEnded(end) }
    self.state.withLock { $0.end = end }
    self.finishIfDone()
    guard self.state.withLock({ $0.phase == .running && !$0.hasOutputEnded }) else { return }
    self.lingerOn()
  }

  // Another process holds the output open: read on for a little while.
  private func lingerOn() {
    self.schedule(after: self.command.linger) {
      let mustWait = self.state.withLock { $0.isTerminating || !$0.pausedStreams.isEmpty }
      if mustWait { return self.lingerOn() }
      self.finishNow()
    }
  }

  private func lose(_ reason: String) {
    // What was not given to the old connection can be given to a new one.
    let mayReopen = self.state.withLock { state in
      guard !state.hasExecuted, !state.isTerminating, state.reopenings < 3 else { return false }
      state.reopenings += 1
      state.phase = .connecting
      return true
    }
    if mayReopen { return self.connect() }
    let message = "the link to \(self.link.name) was lost: \(reason)"
    self.finish(.outcome(.lost(Failure(.lost, message))))
  }

  // A shell that is neither bash nor POSIX has ended before anything ran: ask it in its own way.
  private func mayAskAgain() -> Bool {
    self.state.withLock { state in
      guard state.phase == .starting, state.guessesBash, !state.isTerminating else { return false }
      state.guessesBash = false
      state.end = nil
      state.hasOutputEnded = false
      return self.link.loginShell == .unknown && !self.link.isPlain
    }
  }

  private func closed() {
    self.state.withLock { $0.hasOutputEnded = true }
    if self.state.withLock({ $0.end == nil }) {
      let phase = self.state.withLock { $0.phase }
      if phase == .running { return self.lose("the session ended without an exit status") }
      if self.mayAskAgain() { return self.openAgain() }
      return self.finish(.outcome(.refused(self.silence("ended the session"))))
    }
    self.state.withLock { $0.isGroupDone = $0.keeper == nil }
    self.finishIfDone()
  }

  // MARK: - The end

  func finishIfDone() {
    let isDone = self.state.withLock { state in
      state.end != nil && state.hasOutputEnded && (state.isGroupDone || !state.isTerminating)
    }
    if isDone { self.finishNow() }
  }

  private func finishNow() {
    let (end, refusal, phase) = self.state.withLock { ($0.end, $0.refusal, $0.phase) }
    if let refusal { return self.finish(.outcome(.refused(refusal))) }
    guard let end else { return }
    if phase == .running { return self.finish(end) }
    if self.mayAskAgain() { return self.openAgain() }
    self.finish(.outcome(.refused(self.silence("ended the session"))))
  }

  func finish(_ end: ProcessEnd) {
    let (session, keeper, writers, timers, hasEnded) = self.state.withLock { state in
      defer {
        state.phase = .ended
        state.session = nil
        state.keeper = nil
        state.writers = []
        state.timers = []
      }
      let hasEnded = state.phase == .ended
      return (state.session, state.keeper, state.writers, state.timers, hasEnded)
    }
    if hasEnded { return }
    self.link.release()
    for timer in timers { Reactor.shared.cancel(timer) }
    let isInputLeft = self.state.withLock { $0.hasWaitingInput } || !writers.isEmpty
    if isInputLeft { self.process.didFailInput() }
    if self.state.withLock({ $0.hasOutputEnded }) {
      for stream in OutputStream.allCases { self.process.didEndOutput(stream) }
    }
    self.process.didEnd(end)
    for writer in writers { writer.resume(returning: false) }
    keeper?.end()
    session?.close()
  }

  func schedule(after delay: Duration, _ job: @escaping @Sendable () -> Void) {
    let timer = Reactor.shared.schedule(after: delay) {
      guard self.state.withLock({ $0.phase != .ended }) else { return }
      job()
    }
    self.state.withLock { $0.timers.append(timer) }
  }

  // The words of the host, where it did not do what it should.
  func silence(_ what: String) -> Failure {
    let noise = self.state.withLock { $0.stderr.noise + " " + $0.stdout.noise }
    let words = noise.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " / ")
    let trimmed = words.split(separator: " ").joined(separator: " ")
    let tail = trimmed.isEmpty ? "" : ": \(trimmed.suffix(300))"
    return Failure(.sessionRefused, "\(self.link.name) \(what) before the command started\(tail)")
  }
}
