internal import CConvokeSystem
import Glibc
import Synchronization

/// A process of this machine: reads its output, notices its end, ends its group.
package final class LocalProcess: Sendable {
  struct State {
    var started: LocalSpawn.Started
    var open: [OutputStream: Int32] = [:]
    var end: (end: ProcessEnd, usage: ResourceUsage)?
    /// The end of its processes, once it has begun.
    var ending: LocalEnding?
    var isGroupDone = true
    /// Whether its process group has nobody any more: its number may be another's from now on.
    var isGroupEmpty = false
    var isFinished = false

    /// The process group, or -1 if it is gone.
    var group: Int32 { self.isGroupEmpty ? -1 : abs(self.started.pid) }
  }

  let process: RunningProcess
  private let input: InputWriter?
  let state: Mutex<State>

  /// Starts the command of a process on this machine; the process learns what becomes of it.
  package static func launch(_ process: RunningProcess) {
    WorkThread.spawning.add {
      var spawn = LocalSpawn(process.command)
      switch spawn.start() {
      case .success(let started): LocalProcess(process, started).begin()
      case .failure(let failure): process.didEnd(.outcome(.refused(failure)))
      }
    }
  }

  private init(_ process: RunningProcess, _ started: LocalSpawn.Started) {
    self.process = process
    var state = State(started: started)
    if started.stdout >= 0 { state.open[.stdout] = started.stdout }
    if started.stderr >= 0 { state.open[.stderr] = started.stderr }
    self.state = Mutex(state)
    self.input = started.input >= 0 ? InputWriter(started.input) : nil
  }

  private func begin() {
    let started = self.state.withLock { $0.started }
    self.process.attach(self)
    self.process.didStart(id: started.pid)
    if case .bytes(let bytes) = self.process.command.input {
      self.input?.finish(with: bytes)
    }
    for stream in OutputStream.allCases {
      let descriptor = stream == .stdout ? started.stdout : started.stderr
      if descriptor < 0 {
        self.process.didEndOutput(stream)
      } else {
        self.watch(descriptor, stream)
      }
    }
    Reactor.shared.watch(started.descriptor, for: .readable) { _ in self.reap() }
  }

  // MARK: - Output

  private func watch(_ descriptor: Int32, _ stream: OutputStream) {
    if self.process.command.terminal != nil { Descriptor.setNonBlocking(descriptor) }
    Reactor.shared.watch(descriptor, for: .readable) { _ in self.read(stream) }
  }

  // Reads once; says whether more may be there.
  @discardableResult
  private func read(_ stream: OutputStream) -> Bool {
    guard let descriptor = self.state.withLock({ $0.open[stream] }) else { return false }
    let (transfer, bytes) = Descriptor.read(descriptor)
    switch transfer {
    case .moved:
      self.process.didReceive(bytes[...], on: stream)
      return true
    case .wouldBlock: return false
    case .ended:
      self.close(stream)
      self.process.didEndOutput(stream)
      self.finishIfDone()
      return false
    }
  }

  private func close(_ stream: OutputStream) {
    guard let descriptor = self.state.withLock({ $0.open.removeValue(forKey: stream) }) else {
      return
    }
    Reactor.shared.unwatch(descriptor)
    Descriptor.close(descriptor)
  }

  // MARK: - The end

  private func reap() {
    let started = self.state.withLock { $0.started }
    // Until it is reaped, the number of the group cannot belong to others.
    if self.process.command.killsGroupAtEnd { _ = kill(-started.pid, SIGKILL) }
    let end = convoke_reap(started.pid)
    guard end.ended != 0 else { return }
    Reactor.shared.unwatch(started.descriptor)
    Descriptor.close(started.descriptor)
    let how: ProcessEnd =
      end.signal != 0 ? .signalled(Signal(rawValue: end.signal)) : .exited(end.code)
    self.state.withLock { state in
      state.end = (how, ResourceUsage(end))
      state.started.pid = state.ending == nil ? -state.started.pid : state.started.pid
    }
    self.releaseSlot()
    self.leaderIsGone()
    // What the program wrote before its end is in the pipe already.
    for stream in OutputStream.allCases { while self.read(stream) {} }
    self.finishIfDone()
    let isOpen = self.state.withLock { !$0.isFinished && !$0.open.isEmpty }
    if isOpen { self.lingerOn() }
  }

  // Another process holds the output open: read on for a little while.
  private func lingerOn() {
    Reactor.shared.schedule(after: self.process.command.linger) {
      let isPaused = self.process.state.withLock { !$0.paused.isEmpty }
      if isPaused { return self.lingerOn() }
      for stream in OutputStream.allCases {
        for _ in 0..<16 where !self.read(stream) { break }
        self.close(stream)
      }
      self.finishIfDone()
    }
  }

  func finishIfDone() {
    let end = self.state.withLock { state -> (end: ProcessEnd, usage: ResourceUsage)? in
      guard let end = state.end, state.open.isEmpty, state.isGroupDone, !state.isFinished else {
        return nil
      }
      state.isFinished = true
      return end
    }
    guard let end else { return }
    let isUnread = self.input?.abandon() ?? false
    if isUnread, case .bytes = self.process.command.input { self.process.didFailInput() }
    self.process.didEnd(end.end, usage: end.usage)
  }
}

extension LocalProcess: ProcessControl {
  /// Writes to the pipe, or types on the terminal.
  package func write(_ bytes: [UInt8]) async throws {
    if await self.input?.write(bytes) == true { return }
    throw ProcessError(.inputClosed, "'\(self.process.command.label)' does not read its input")
  }

  /// Closes the pipe, or types Ctrl-D.
  package func closeInput() {
    guard self.process.command.terminal != nil else { return self.input?.close() ?? () }
    Task.detached { [input] in _ = await input?.write([4]) }
  }

  /// Sends the signal to the process group.
  package func send(_ signal: Signal) { _ = self.signalGroup(signal.rawValue) }

  /// Sends the steps, each when its time has come and somebody is left; of a second call only one without
  /// steps matters.
  package func terminate(_ sequence: TerminationSequence) {
    let family = self.family
    let isFirst = self.state.withLock { state in
      let isUrgent = sequence.steps.isEmpty && !state.isGroupDone
      guard state.ending == nil || isUrgent, !state.isFinished else { return false }
      state.ending = LocalEnding(sequence, known: state.ending?.known ?? family)
      state.isGroupDone = false
      return true
    }
    if isFirst { self.takeNextStep() }
  }

  // What the command has started, while its parents are there to tell: who has left the group and lost its
  // environment shows nothing else once the first signal has ended them.
  private var family: [Int32: Int64] {
    let leader = self.state.withLock { $0.end == nil && $0.ending == nil ? $0.started.pid : 0 }
    guard leader > 1, self.process.command.mark != nil else { return [:] }
    return ProcessSweep.descendants(of: leader)
  }

  /// Stops or resumes reading.
  package func setPaused(_ isPaused: Bool, _ stream: OutputStream) {
    guard let descriptor = self.state.withLock({ $0.open[stream] }) else { return }
    Reactor.shared.update(descriptor, for: isPaused ? [] : .readable)
  }

  /// Tells the terminal its size.
  package func resize(rows: UInt16, columns: UInt16) {
    guard self.process.command.terminal != nil else { return }
    let descriptor = self.state.withLock { $0.open[.stdout] }
    if let descriptor { _ = convoke_resize_terminal(descriptor, rows, columns) }
  }

  /// Closes the streams; the process is left to the guard.
  package func abandon() {
    for stream in OutputStream.allCases { self.close(stream) }
    _ = self.input?.abandon()
  }

  // The guard watches over the rest of the group, too, until it is gone.
  func releaseSlot() {
    let slot = self.state.withLock { state in
      guard state.end != nil, state.isGroupDone else { return Int32(-1) }
      defer { state.started.guardSlot = -1 }
      return state.started.guardSlot
    }
    GuardTable.giveBack(slot)
  }

  // Whether the group had somebody to signal.
  func signalGroup(_ number: Int32) -> Bool {
    let group = self.state.withLock { state in
      state.isFinished || state.isGroupEmpty ? 0 : state.started.pid
    }
    // A reaped leader without a termination under way: the number may belong to others by now.
    return group > 1 && kill(-group, number) == 0
  }
}

extension ResourceUsage {
  init(_ end: convoke_exit) {
    self.init(
      user: .microseconds(end.user_microseconds),
      system: .microseconds(end.system_microseconds),
      peakMemory: Int(end.peak_memory)
    )
  }
}
