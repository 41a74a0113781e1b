internal import CConvokeSystem
import Glibc
import Synchronization

/// The end of all processes of a command, step by step; `SIGKILL` comes last.
struct LocalEnding {
  /// What to do next.
  enum Next {
    /// Nobody is left, or the kernel holds who is.
    case done
    /// Send these signals, to the group or to single processes.
    case signal([Int32])
    /// Nothing but to look again.
    case wait
  }

  private var steps: ArraySlice<TerminationSequence.Step>
  private var signals: [Int32] = []
  private var until = ContinuousClock.now
  /// Who has got the signals of the present step, or need not.
  private var told: Set<Int32> = []
  /// Whether the first look of the present step is over.
  private var hasLooked = false
  /// The start times of all that were found: who has lost its parent may show nothing else.
  private(set) var known: [Int32: Int64]
  /// Whether nobody was left at the last look.
  private var wasClear = false
  /// Whether the last step, `SIGKILL`, has begun.
  private(set) var isLast = false

  /// Begins with those of whom it is known already that they belong to the command.
  init(_ sequence: TerminationSequence, known: [Int32: Int64]) {
    self.steps = sequence.steps[...]
    self.known = known
  }

  /// Begins the next step.
  mutating func advance(at now: ContinuousClock.Instant) -> Next {
    if self.isLast { return .done }
    // A stopped process acts on a signal only once it goes on.
    let step = self.steps.popFirst()
    self.isLast = step == nil
    self.signals = step.map { [$0.signal.rawValue, SIGCONT] } ?? [SIGKILL]
    // Killed processes are gone soon, unless the kernel holds them: then they are left to it.
    self.until = now.advanced(by: step?.wait ?? .seconds(1))
    self.told = []
    self.hasLooked = false
    return .signal(self.signals)
  }

  /// Whether nobody is left: who is within execve(2) has no environment for a moment, so it takes two
  /// looks that find nobody.
  mutating func isClear(_ left: [Int32: Int64]) -> Bool {
    defer { self.wasClear = left.isEmpty }
    return left.isEmpty && self.wasClear
  }

  /// Notes who is left; hands out the signals, who of them has not got them yet, and whether the step is
  /// over after that.
  ///
  /// The group got them together. What others start after the first look may clean up, and is to be let:
  /// only `SIGKILL` is for all that come.
  mutating func note(
    _ left: [Int32: Int64],
    group: Int32,
    at now: ContinuousClock.Instant
  ) -> Round {
    defer { self.hasLooked = true }
    self.known.merge(left) { $1 }
    let new = left.keys.filter { !self.told.contains($0) }
    self.told.formUnion(new)
    // Who was just being born when the others were killed comes next, but not for ever.
    let limit = self.isLast && !new.isEmpty ? self.until.advanced(by: .seconds(1)) : self.until
    let others = self.isLast ? new : self.hasLooked ? [] : new.filter { getpgid($0) != group }
    return Round(signals: self.signals, processes: others, isOver: now >= limit)
  }

  /// What to do after a look.
  struct Round {
    var signals: [Int32]
    var processes: [Int32]
    var isOver: Bool
  }
}

extension LocalProcess {
  func takeNextStep() {
    let (next, isLast) = self.state.withLock { state in
      (state.ending?.advance(at: .now) ?? .done, state.ending?.isLast == true)
    }
    guard case .signal(let signals) = next else { return self.groupIsDone() }
    let isAnybody = signals.map { self.signalGroup($0) }.contains(true)
    if !isAnybody, self.process.command.mark == nil { return self.groupIsDone() }
    if isLast { self.process.didForce() }
    self.lookForOthers()
  }

  // Waits for the look at all processes that serves everybody who ends some.
  private func lookForOthers() {
    let (group, known) = self.state.withLock { ($0.group, $0.ending?.known ?? [:]) }
    let mark = self.process.command.mark ?? 0
    let search = ProcessSearch(group: group, mark: mark, known: known)
    ProcessSweep.shared.look(for: search) { left in self.go(on: left) }
  }

  private func go(on left: [Int32: Int64]) {
    guard self.state.withLock({ !$0.isGroupDone }) else { return }
    // The zombie of the leader answers for the group until it is reaped.
    let isReaped = self.state.withLock { $0.end != nil }
    if isReaped, self.state.withLock({ $0.ending?.isClear(left) != false }) {
      return self.groupIsDone()
    }
    let next = self.state.withLock { state in
      if isReaped, state.group > 1, kill(-state.group, 0) != 0 { state.isGroupEmpty = true }
      let group = state.group
      return state.ending?.note(left, group: group, at: .now)
    }
    guard let round = next else { return }
    for process in round.processes { for signal in round.signals { _ = kill(process, signal) } }
    if round.isOver { self.takeNextStep() } else { self.lookForOthers() }
  }

  /// Goes on at once where it is clear that nobody is left.
  func leaderIsGone() {
    let (isEnding, group) = self.state.withLock { ($0.ending != nil, $0.started.pid) }
    guard isEnding, self.process.command.mark == nil, kill(-group, 0) < 0 else { return }
    self.groupIsDone()
  }

  private func groupIsDone() {
    self.state.withLock { $0.isGroupDone = true }
    self.releaseSlot()
    self.finishIfDone()
  }
}
