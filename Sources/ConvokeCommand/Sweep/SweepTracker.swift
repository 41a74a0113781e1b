import ConvokeHosts
import ConvokeSweep
import Synchronization

import struct ConvokeHosts.Host

/// Knows how far an execution of combinations has got.
final class SweepTracker: RunningHosts {
  private struct State {
    var total = 0
    var done = 0
    var doneBefore = 0
    var failed = 0
    var running: [SweepLease: String] = [:]
    var start = ContinuousClock.now
  }

  private let state = Mutex(State())

  /// Takes note of an event.
  func note(_ event: SweepEvent) {
    self.state.withLock { state in
      switch event {
      case .began(let statistics):
        state.total = statistics.total
        state.doneBefore = statistics.total - statistics[.todo] - statistics[.leased]
        state.start = .now
      case .started(let lease, let host): state.running[lease] = host
      case .ended(let execution):
        state.running[execution.lease] = nil
        if execution.isRetried { return }
        switch execution.end.state {
        case .done: state.done += 1
        case .failed: state.failed += 1
        default: break
        }
      case .host, .stopped: break
      }
    }
  }

  /// The hosts that run something.
  var running: [Host] { self.state.withLock { $0.running.values.sorted().map { Host($0) } } }

  /// What runs, a line each.
  var table: [String] {
    let running = self.state.withLock { $0.running }
    return running.sorted { $0.key.taken < $1.key.taken }.map { lease, host in
      "convoke: running on \(host): \(lease.combination)"
    }
  }

  /// The line for the progress: `12/100 done · 3 failed · 5 running · 4 min 10 s left`.
  var summary: String {
    self.state.withLock { state in
      let ended = state.done + state.failed
      let failed = state.failed > 0 ? " · \(state.failed) failed" : ""
      let left = state.total - state.doneBefore - ended
      var line = "\(state.doneBefore + state.done)/\(state.total) done\(failed)"
      line += " · \(state.running.count) running"
      guard ended > 0, left > 0 else { return line }
      let spent = state.start.duration(to: .now)
      let seconds = Int((spent / ended * left / .seconds(1)).rounded(.up))
      let text = seconds < 60 ? "\(seconds) s" : DurationText.describe(.seconds(seconds))
      return line + " · \(text) left"
    }
  }
}
