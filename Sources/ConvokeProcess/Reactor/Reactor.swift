internal import CConvokeSystem
import Glibc
import Synchronization

/// One thread that waits for descriptors and for points in time, for the whole program.
///
/// Handlers run on that thread, one at a time, and must not block. Reading is level-triggered and
/// each handler reads a bounded amount in its turn, so that a fast writer does not starve others.
package final class Reactor: Sendable {
  /// The reactor that all processes and connections share; started at its first use.
  package static let shared = Reactor()

  private struct State {
    var handlers: [Int32: Registration] = [:]
    var generation: UInt32 = 0
    var timers = TimerQueue()
    var nextWake: ContinuousClock.Instant?
    var jobs: [@Sendable () -> Void] = []
  }

  private struct Registration {
    var generation: UInt32
    var handler: @Sendable (Readiness) -> Void
  }

  private let poll: Int32
  private let wakeup: Int32
  private let state = Mutex(State())

  private init() {
    self.poll = convoke_poll_open()
    self.wakeup = convoke_wakeup_open()
    precondition(self.poll >= 0 && self.wakeup >= 0, "no descriptor left for the event loop")
    _ = convoke_poll_add(self.poll, self.wakeup, Readiness.readable.rawValue, UInt64(self.wakeup))
    DedicatedThread.start { self.loop() }
  }

  /// Watches a descriptor until ``unwatch(_:)``.
  ///
  /// - Parameters:
  ///   - descriptor: A pollable descriptor that is not watched yet.
  ///   - interest: What to wait for.
  ///   - handler: Called on the thread of the reactor while the descriptor is ready.
  /// - Returns: Whether the descriptor can be watched; a regular file cannot.
  @discardableResult
  package func watch(
    _ descriptor: Int32,
    for interest: Readiness,
    _ handler: @escaping @Sendable (Readiness) -> Void
  ) -> Bool {
    let generation = self.state.withLock { state in
      state.generation &+= 1
      state.handlers[descriptor] = Registration(generation: state.generation, handler: handler)
      return state.generation
    }
    let tag = Self.tag(descriptor, generation)
    if convoke_poll_add(self.poll, descriptor, interest.rawValue, tag) == 0 { return true }
    self.state.withLock { _ = $0.handlers.removeValue(forKey: descriptor) }
    return false
  }

  /// Changes what a watched descriptor waits for.
  ///
  /// - Parameters:
  ///   - descriptor: A watched descriptor.
  ///   - interest: What to wait for from now on; empty to wait for nothing but its end.
  package func update(_ descriptor: Int32, for interest: Readiness) {
    guard let generation = self.state.withLock({ $0.handlers[descriptor]?.generation }) else {
      return
    }
    let tag = Self.tag(descriptor, generation)
    _ = convoke_poll_change(self.poll, descriptor, interest.rawValue, tag)
  }

  /// Stops watching a descriptor; to be called before it is closed.
  ///
  /// - Parameter descriptor: A watched descriptor.
  package func unwatch(_ descriptor: Int32) {
    let known = self.state.withLock { $0.handlers.removeValue(forKey: descriptor) != nil }
    if known { _ = convoke_poll_remove(self.poll, descriptor) }
  }

  /// Runs a job on the thread of the reactor, soon.
  ///
  /// - Parameter job: What to do; it must not block.
  package func execute(_ job: @escaping @Sendable () -> Void) {
    self.state.withLock { $0.jobs.append(job) }
    self.wake()
  }

  /// Runs a job on the thread of the reactor after some time.
  ///
  /// - Parameters:
  ///   - delay: The time to wait, of the continuous clock.
  ///   - job: What to do; it must not block.
  /// - Returns: The timer, to cancel it.
  @discardableResult
  package func schedule(
    after delay: Duration,
    _ job: @escaping @Sendable () -> Void
  ) -> ReactorTimer {
    let due = ContinuousClock.now.advanced(by: delay)
    let (timer, mustWake) = self.state.withLock { state in
      let timer = state.timers.insert(due: due, job)
      return (timer, state.nextWake.map { due < $0 } ?? true)
    }
    if mustWake { self.wake() }
    return timer
  }

  /// Forgets a timer; one that has run already is ignored.
  ///
  /// - Parameter timer: What ``schedule(after:_:)`` handed out.
  package func cancel(_ timer: ReactorTimer) { self.state.withLock { $0.timers.remove(timer) } }

  // MARK: - The loop

  private func loop() {
    var events = [convoke_event](repeating: convoke_event(), count: 64)
    while true {
      let (jobs, timeout) = self.nextTurn()
      for job in jobs { job() }
      // Jobs may have brought others; descriptors get their turn all the same.
      let wait = jobs.isEmpty ? timeout : 0
      let count = unsafe convoke_poll_wait(self.poll, &events, Int32(events.count), wait)
      for index in 0..<max(0, Int(count)) { self.dispatch(events[index]) }
    }
  }

  // Hands out what is due, or the milliseconds to wait until something is.
  private func nextTurn() -> ([@Sendable () -> Void], Int32) {
    self.state.withLock { state in
      var jobs = state.jobs
      state.jobs = []
      let now = ContinuousClock.now
      jobs += state.timers.takeDue(at: now)
      state.nextWake = state.timers.nextDue
      guard jobs.isEmpty, let next = state.nextWake else { return (jobs, -1) }
      // Rounded up: waking too early would spin through the last millisecond.
      let milliseconds = (next - now) / .milliseconds(1)
      return (jobs, Int32(min(60_000, milliseconds.rounded(.up))))
    }
  }

  private func dispatch(_ event: convoke_event) {
    let descriptor = Int32(truncatingIfNeeded: event.tag & 0xffff_ffff)
    let generation = UInt32(truncatingIfNeeded: event.tag >> 32)
    if descriptor == self.wakeup { return self.clearWakeup() }
    let handler = self.state.withLock { state -> (@Sendable (Readiness) -> Void)? in
      guard let entry = state.handlers[descriptor], entry.generation == generation else {
        return nil
      }
      return entry.handler
    }
    handler?(Readiness(rawValue: event.readiness))
  }

  private func wake() {
    var one: UInt64 = 1
    unsafe _ = write(self.wakeup, &one, 8)
  }

  private func clearWakeup() {
    var count: UInt64 = 0
    unsafe _ = read(self.wakeup, &count, 8)
  }

  private static func tag(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
    UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
  }
}
