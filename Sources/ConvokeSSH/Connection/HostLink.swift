import ConvokeHosts
import ConvokeProcess
import Synchronization

/// The connection to one host: opened when it is first needed, shared by all that runs there.
///
/// To be used on the thread of the reactor.
final class HostLink: Sendable {
  typealias Waiter = @Sendable (Result<Void, Failure>) -> Void

  struct State {
    var phase = Phase.closed
    var waiters: [Waiter] = []
    var master: RunningProcess?
    var mux: MuxConnection?
    var shell = LoginShell.unknown
    var attempts = 0
    var firstAttempt: ContinuousClock.Instant?
    var socket: (name: String, path: String)?
    var isPaced = false
    var proxyFailed = false
    var timer: ReactorTimer?
    var users = 0
    var idleTimer: ReactorTimer?
  }

  enum Phase { case closed, connecting, open }

  /// The path of the control socket of the open connection.
  var socketPath: String? { self.state.withLock { $0.phase == .open ? $0.socket?.path : nil } }

  let host: Host
  let settings: SSHSettings
  let pacer: ConnectPacer
  let directory: SocketDirectory?
  let state = Mutex(State())

  init(_ host: Host, _ settings: SSHSettings, _ pacer: ConnectPacer, _ directory: SocketDirectory?)
  {
    self.host = host
    self.settings = settings
    self.pacer = pacer
    self.directory = directory
  }

  /// The host as the user wrote it.
  var name: String { self.host.description }
  /// Whether a command can be given to the host at once.
  var isOpen: Bool { self.state.withLock { $0.phase == .open } }
  /// How many connection attempts the last connection took.
  var attempts: Int { self.state.withLock { $0.attempts } }
  /// What is known about the login shell.
  var loginShell: LoginShell { self.state.withLock { $0.shell } }
  /// Whether each session is an ssh process of its own.
  var isPlain: Bool {
    self.settings.multiplexing == .off || self.directory == nil
      || self.state.withLock { $0.proxyFailed }
  }

  var invocation: SSHInvocation {
    SSHInvocation(
      settings: self.settings,
      host: self.settings.addressRewrite?(self.host) ?? self.host
    )
  }

  func learn(shell path: String) {
    self.state.withLock { $0.shell = LoginShell(path: path) }
  }

  // MARK: - Sessions

  /// Makes a session; it is asked for by ``open(_:)``.
  func makeSession(
    mayWait: Bool = true,
    _ handler: @escaping @Sendable (SSHChannelEvent) -> Void
  ) -> any RemoteSession {
    if let mux = self.state.withLock({ $0.mux }) {
      return MuxSession(mux, mayWait: mayWait, handler)
    }
    return self.makePlainSession(handler)
  }

  /// Makes a session with a connection of its own.
  func makePlainSession(
    _ handler: @escaping @Sendable (SSHChannelEvent) -> Void
  ) -> PlainSession { PlainSession(self.invocation, handler) }

  func open(_ session: any RemoteSession) {
    if let session = session as? MuxSession { session.open() }
    if let session = session as? PlainSession { session.open() }
  }

  // MARK: - Connecting

  /// Calls back once the host is connected, or once it is known why it cannot be.
  func whenReady(_ waiter: @escaping Waiter) {
    if self.isPlain { return waiter(.success(())) }
    let phase = self.state.withLock { state in
      if state.phase != .open { state.waiters.append(waiter) }
      defer { if state.phase == .closed { state.phase = .connecting } }
      return state.phase
    }
    switch phase {
    case .open: waiter(.success(()))
    case .connecting: break
    case .closed:
      self.state.withLock { state in
        state.attempts = 0
        state.firstAttempt = nil
      }
      self.connect()
    }
  }

  private func connect() {
    if self.joinsOpenMaster() { return }
    self.pacer.begin { Reactor.shared.execute { self.startMaster() } }
  }

  // A master that an earlier run left open serves this one as well.
  private func joinsOpenMaster() -> Bool {
    guard self.settings.persist != nil, let directory = self.directory else { return false }
    let name = self.persistentName
    let path = "\(directory.path)/\(name)"
    self.state.withLock { $0.socket = (name, path) }
    return self.join(path) { self.pacer.begin { Reactor.shared.execute { self.startMaster() } } }
  }

  private var persistentName: String {
    let words = self.invocation.master(socket: "").description
    // FNV-1a: the same in every run of the program, which a seeded hash is not.
    let hash = words.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 36)
  }

  private func startMaster() {
    guard let directory = self.directory else { return }
    let isPersistent = self.settings.persist != nil
    let name = isPersistent ? self.persistentName : directory.freshName()
    let path = "\(directory.path)/\(name)"
    let master = RunningProcess(self.invocation.master(socket: path))
    self.state.withLock { state in
      state.attempts += 1
      state.isPaced = true
      if state.firstAttempt == nil { state.firstAttempt = .now }
      state.master = master
      state.socket = (name, path)
    }
    directory.notify(name) { self.socketAppeared(master, path) }
    if self.settings.isBatch {
      // Twice the time: the first is for the answer, the second for the login.
      let timer = Reactor.shared.schedule(after: self.settings.connectTimeout * 2) {
        master.cancel()
      }
      self.state.withLock { $0.timer = timer }
    }
    LocalProcess.launch(master)
    // Not a child of any caller: it ends with the master.
    Task.detached {
      let result = await master.waitUncancelled()
      Reactor.shared.execute { self.masterEnded(master, result) }
    }
  }

  private func socketAppeared(_ master: RunningProcess, _ path: String) {
    guard self.state.withLock({ $0.master === master && $0.phase == .connecting }) else { return }
    self.stopTimer()
    self.endPacing(.accepted)
    let isJoined = self.join(path) {
      // A master that has ended says why itself.
      if master.isRunning { self.openWithoutProxy() }
    }
    if !isJoined, master.isRunning { self.openWithoutProxy() }
  }

  private func openWithoutProxy() {
    self.state.withLock { $0.proxyFailed = true }
    self.becomeOpen()
  }

  // Connects to a control socket; calls back if it does not serve proxy mode after all.
  private func join(_ path: String, orElse refused: @escaping @Sendable () -> Void) -> Bool {
    let mux = MuxConnection(to: path) { mux in
      self.state.withLock { $0.mux = mux }
      self.becomeOpen()
    } onEnd: { _ in
      let wasOpen = self.state.withLock { $0.phase == .open }
      wasOpen ? self.connectionEnded() : refused()
    }
    return mux != nil
  }

  private func becomeOpen() {
    let waiters = self.state.withLock { state in
      state.phase = .open
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter(.success(())) }
  }

  private func connectionEnded() {
    let master = self.state.withLock { state in
      state.phase = .closed
      state.mux = nil
      defer { state.master = nil }
      return state.master
    }
    master?.cancel()
  }

  private func endPacing(_ answer: ConnectWindow.Answer) {
    let isPaced = self.state.withLock { state in
      defer { state.isPaced = false }
      return state.isPaced
    }
    if isPaced { self.pacer.end(answer) }
  }

  private func stopTimer() {
    if let timer = self.state.withLock({ $0.timer }) { Reactor.shared.cancel(timer) }
  }

  // MARK: - The end of a master

  private func masterEnded(_ master: RunningProcess, _ result: ProcessResult) {
    let (isMine, phase) = self.state.withLock { ($0.master === master, $0.phase) }
    guard isMine else { return }
    if phase == .open {
      // A persistent master goes to the background; its socket tells when it ends.
      if self.settings.persist == nil { self.state.withLock { $0.mux }?.end("ssh ended") }
      return
    }
    guard phase == .connecting else { return }
    if self.settings.persist != nil, result.outcome == .exited(0) { return }
    self.stopTimer()
    if let socket = self.state.withLock({ $0.socket }) { self.directory?.forget(socket.name) }
    self.failed(self.failure(of: result))
  }

  private func failure(of result: ProcessResult) -> Failure {
    switch result.outcome {
    case .cancelled:
      return Failure(.connectTimedOut, "\(self.name): no login within the connect timeout")
    case .refused(let failure):
      return Failure(.sshFailed, "cannot start ssh: \(failure.message)", remedy: failure.remedy)
    default: return SSHDiagnosis.failure(result.stderr.text, host: self.name)
    }
  }

  private func failed(_ failure: Failure) {
    let isDropped = failure.kind == .connectionDropped
    self.endPacing(isDropped ? .dropped : .failed)
    let (attempts, since) = self.state.withLock { ($0.attempts, $0.firstAttempt) }
    let elapsed = since.map { $0.duration(to: .now) } ?? .zero
    if isDropped, elapsed < self.settings.retryTimeout {
      // Doubling with a random share, so that hosts dropped together do not return together.
      let limit = min(2000, 50 << min(attempts, 6))
      let delay = Duration.milliseconds(Int.random(in: limit / 2...limit))
      Reactor.shared.schedule(after: delay) { self.connect() }
      return
    }
    let waiters = self.state.withLock { state in
      state.phase = .closed
      state.master = nil
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter(.failure(failure)) }
  }

  // MARK: - Closing

  /// Notes that a command uses the connection.
  func retain() {
    let timer = self.state.withLock { state in
      state.users += 1
      defer { state.idleTimer = nil }
      return state.idleTimer
    }
    if let timer { Reactor.shared.cancel(timer) }
  }

  /// Notes that a command no longer uses the connection, which ends if nobody comes for some time.
  func release() {
    let isIdle = self.state.withLock { state in
      state.users -= 1
      return state.users == 0
    }
    guard isIdle, let limit = self.settings.idleTimeout, self.settings.persist == nil else {
      return
    }
    let timer = Reactor.shared.schedule(after: limit) {
      if self.state.withLock({ $0.users == 0 && $0.phase == .open }) { _ = self.close() }
    }
    self.state.withLock { $0.idleTimer = timer }
  }

  /// Ends the connection and the ssh process, unless that is to stay.
  func close() -> RunningProcess? {
    let (mux, master) = self.state.withLock { state in
      defer {
        state.mux = nil
        state.master = nil
        state.phase = .closed
      }
      return (state.mux, state.master)
    }
    mux?.end("the connection was closed")
    if self.settings.persist == nil { master?.cancel() }
    return master
  }
}
