import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
import Synchronization

/// Knows at any moment which hosts wait, run and have ended.
final class RunTracker: Sendable {
  private enum Phase {
    case waiting
    case running(since: ContinuousClock.Instant, attempt: Int)
    case paused
    case ended(Outcome, isOK: Bool)
  }

  private struct State {
    var phases: [FleetMember: Phase] = [:]
    var running = 0
    var done = 0
    var failed = 0

    mutating func enter(_ member: FleetMember, _ phase: Phase) {
      if case .running = self.phases[member] { self.running -= 1 }
      switch phase {
      case .running: self.running += 1
      case .ended(_, let isOK):
        self.done += 1
        if !isOK { self.failed += 1 }
      case .waiting, .paused: break
      }
      self.phases[member] = phase
    }
  }

  private let state = Mutex(State())

  /// Takes note of an event.
  func note(_ event: FleetEvent) {
    self.state.withLock { state in
      switch event {
      case .planned(let members): for member in members { state.phases[member] = .waiting }
      case .started(let member, let attempt):
        state.enter(member, .running(since: .now, attempt: attempt))
      case .retrying(let member, _, _): state.enter(member, .paused)
      case .ended(let result): state.enter(result.member, .ended(result.outcome, isOK: result.isOK))
      default: break
      }
    }
  }

  /// The hosts that run.
  var running: [Host] {
    self.state.withLock { state in
      state.phases
        .filter { if case .running = $0.value { true } else { false } }
        .keys.sorted { $0.rank < $1.rank }.map(\.host)
    }
  }

  /// The line for the progress: `12/100 done · 3 failed · 5 running`.
  var summary: String {
    self.state.withLock { state in
      let failed = state.failed > 0 ? " · \(state.failed) failed" : ""
      return "\(state.done)/\(state.phases.count) done\(failed) · \(state.running) running"
    }
  }

  /// A table of the states, a line for the hosts in the same one.
  var table: [String] {
    let phases = self.state.withLock { $0.phases }
    var hosts: [String: [FleetMember]] = [:]
    for (member, phase) in phases { hosts[RunTracker.word(phase), default: []].append(member) }
    let rows = hosts.map { word, members in (word, members.map(\.rank).min() ?? 0, members) }
    return rows.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { word, _, members in
      "convoke: \(word): \(HostSet(members.map(\.host)).folded) (\(members.count))"
    }
  }

  private static func word(_ phase: Phase) -> String {
    switch phase {
    case .waiting: "waiting"
    case .running(_, 1): "running"
    case .running(_, let attempt): "running, attempt \(attempt)"
    case .paused: "about to be tried again"
    case .ended(let outcome, _): outcome.brief
    }
  }
}
