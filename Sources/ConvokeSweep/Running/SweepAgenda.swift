import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
import Synchronization

/// What is to be tried again, what runs, and what has come out, shared by all slots of a run.
final class SweepAgenda: Sendable {
  private struct Pending {
    var lease: SweepLease
    var avoided: Set<Host>
  }

  private struct State {
    var pending: [Pending] = []
    var avoided: [Int64: Set<Host>] = [:]
    var used: [Int64: [RetryPolicy.Cause: Int]] = [:]
    var busy = 0
    var report = SweepRunReport()
  }

  private let state = Mutex(State())
  private let retries: RetryPolicy
  private let hosts: Set<Host>

  init(_ options: SweepRunOptions) {
    self.retries = options.retries
    self.hosts = Set(options.hosts)
  }

  /// What has come out so far.
  var report: SweepRunReport { self.state.withLock { $0.report } }

  /// Whether nobody else of this run executes or is about to.
  var isIdle: Bool { self.state.withLock { $0.busy == 0 && $0.pending.isEmpty } }

  /// Says that a slot looks for something to do, or has stopped.
  func setBusy(_ isBusy: Bool) { self.state.withLock { $0.busy += isBusy ? 1 : -1 } }

  /// Something to try again on this host.
  ///
  /// A host where it failed gets it only where there is no other one.
  func takePending(for host: Host, lost: Set<String>) -> SweepLease? {
    self.state.withLock { state in
      let index = state.pending.firstIndex { pending in
        !pending.avoided.contains(host)
          || self.hosts.allSatisfy { pending.avoided.contains($0) || lost.contains("\($0)") }
      }
      return index.map { state.pending.remove(at: $0).lease }
    }
  }

  /// What is still to be tried again, as nobody is left to do it.
  func drainPending() -> [SweepLease] {
    self.state.withLock { state in
      defer { state.pending = [] }
      return state.pending.map(\.lease)
    }
  }

  /// Whether another attempt is due after this cause; counts it.
  func isRetried(_ lease: SweepLease, after cause: RetryPolicy.Cause?) -> Bool {
    guard let cause else { return false }
    return self.state.withLock { state in
      let used = state.used[lease.id, default: [:]][cause, default: 0]
      guard used < self.retries.limits[cause, default: 0] else { return false }
      state.used[lease.id, default: [:]][cause] = used + 1
      return true
    }
  }

  /// Puts a new attempt aside for another host.
  func postpone(_ lease: SweepLease, avoiding host: Host) {
    self.state.withLock { state in
      let avoided = state.avoided[lease.id, default: []].union([host])
      state.avoided[lease.id] = avoided
      state.pending.append(Pending(lease: lease, avoided: avoided))
    }
  }

  /// Counts an attempt.
  func count(_ execution: SweepExecution, timedOut: Bool) {
    self.state.withLock { state in
      if execution.isRetried {
        state.report.retried += 1
      } else if case .refused = execution.completion {
        return
      } else if execution.end.state == .done {
        state.report.done += 1
        state.used[execution.lease.id] = nil
        state.avoided[execution.lease.id] = nil
      } else if execution.end.state == .failed {
        state.report.failed += 1
        if timedOut { state.report.timedOut += 1 }
      }
    }
  }

  /// Stops the rest, once; says whether it was this call.
  func stop(_ reason: String) -> Bool {
    self.state.withLock { state in
      guard state.report.stopped == nil else { return false }
      state.report.stopped = reason
      return true
    }
  }
}
