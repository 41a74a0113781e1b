import ConvokeProcess
import Synchronization

/// A second session that watches over a command whose standard input is its own.
final class Keeper: Sendable {
  private struct State {
    var session: (any RemoteSession)?
    var isReady = false
    var waiting: [UInt8] = []
  }

  private let state = Mutex(State())
  private let link: HostLink
  private let line: String
  private let onEnd: @Sendable () -> Void

  init(_ link: HostLink, _ line: String, onEnd: @escaping @Sendable () -> Void) {
    self.link = link
    self.line = line
    self.onEnd = onEnd
  }

  /// Opens the session: on the shared connection, or on one of its own where that has no room.
  func open() {
    self.open(self.link.makeSession(mayWait: false) { self.handle($0, isShared: true) })
  }

  private func open(_ session: any RemoteSession) {
    self.state.withLock { $0.session = session }
    self.link.open(session)
  }

  private func handle(_ event: SSHChannelEvent, isShared: Bool) {
    switch event {
    case .opened: self.begin()
    case .refused where isShared && !self.link.isPlain:
      self.open(self.link.makePlainSession { self.handle($0, isShared: false) })
    case .refused, .unreachable, .lost, .closed: self.onEnd()
    default: break
    }
  }

  private func begin() {
    let (session, waiting) = self.state.withLock { state in
      state.isReady = true
      return (state.session, state.waiting)
    }
    session?.execute(RemoteScript.anyShell(), nil)
    session?.write(Array(self.line.utf8) + waiting)
  }

  func tell(_ line: String) {
    let session = self.state.withLock { state -> (any RemoteSession)? in
      if state.isReady { return state.session }
      state.waiting += line.utf8
      return nil
    }
    session?.write(Array(line.utf8))
  }

  /// Lets the keeper go; it ends nothing, if the command has ended.
  func end() {
    let session = self.state.withLock { state in
      defer { state.session = nil }
      return state.session
    }
    session?.endInput()
    session?.close()
  }
}

extension RemoteProcess {
  /// How often a command gets signs of life.
  private static let heartbeat = Duration.seconds(6)
  /// How long a command runs before it gets the first one: short commands do not pay for it, and
  /// those whose watchdog needs a session of its own wait longer.
  private var firstHeartbeat: Duration {
    RemoteScript.watchesByInput(self.command) ? .seconds(1) : .seconds(3)
  }

  func tellWatchdog(_ line: String) {
    if RemoteScript.watchesByInput(self.command) {
      self.state.withLock { $0.session }?.write(Array(line.utf8))
    } else {
      self.keeper().tell(line)
    }
  }

  private func keeper() -> Keeper {
    if let keeper = self.state.withLock({ $0.keeper }) { return keeper }
    let (leader, poller) = self.state.withLock { ($0.leader, $0.poller) }
    let line = RemoteScript.keeperLine(group: leader, poller: poller, self.command.termination)
    let keeper = Keeper(self.link, line) { self.keeperEnded() }
    self.state.withLock { $0.keeper = keeper }
    keeper.open()
    return keeper
  }

  private func keeperEnded() {
    self.state.withLock { state in
      state.keeper = nil
      state.isGroupDone = true
    }
    self.finishIfDone()
  }

  /// Lets the watchdog run the whole sequence, which it does even if the link is lost meanwhile.
  func endGroup(_ sequence: TerminationSequence) {
    self.state.withLock { $0.isGroupDone = RemoteScript.watchesByInput(self.command) }
    let steps = RemoteScript.steps(sequence)
    self.tellWatchdog(steps.isEmpty ? "t\n" : "t \(steps)\n")
    if sequence.steps.isEmpty { return self.process.didForce() }
    self.schedule(after: sequence.grace) { self.process.didForce() }
  }

  func startHeartbeat() { self.scheduleHeartbeat(after: self.firstHeartbeat) }

  private func scheduleHeartbeat(after delay: Duration) {
    self.schedule(after: delay) {
      let isOver = self.state.withLock { $0.end != nil || $0.isTerminating }
      if isOver { return }
      self.state.withLock { $0.timers.removeAll() }
      self.tellWatchdog("h\n")
      self.scheduleHeartbeat(after: Self.heartbeat)
    }
  }
}
