import ConvokeGateway
import ConvokeServices
import Glibc
import Synchronization

/// Shows how a copy goes on and how it ended.
final class SyncDisplay: Sendable {
  private struct Totals {
    var bytes = 0
    var received = 0
    var finished = 0
    var targets = 0
  }

  private let totals = Mutex(Totals())
  private let isQuiet: Bool
  private let isVerbose: Bool
  private let isJSON: Bool
  private let showsProgress: Bool

  init(isQuiet: Bool, isVerbose: Bool, isJSON: Bool) {
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
    self.isJSON = isJSON
    self.showsProgress = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  /// Takes the progress line away.
  func clear() { if self.showsProgress { Console.shared.show(nil) } }

  /// Takes note of an event, without waiting.
  func note(_ event: SyncEvent) {
    let totals = self.totals.withLock { totals in
      switch event {
      case .listed(_, _, let bytes):
        totals.bytes += bytes
        totals.targets += 1
      case .received(_, _, let bytes): totals.received += bytes
      case .finished: totals.finished += 1
      default: break
      }
      return totals
    }
    if case .sending(let gateway, let path) = event, self.isVerbose {
      Console.shared.note("\(gateway) <= \(path)")
    }
    guard self.showsProgress, totals.bytes > 0 else { return }
    let percent = min(100, totals.received * 100 / totals.bytes)
    Console.shared.show("\(totals.finished)/\(totals.targets) done · \(percent) % sent")
  }

  /// Shows a worker that could not be started.
  func showLost(_ label: String, _ error: any Error) async {
    await Console.shared.print("convoke: \(label): \(error)", to: .errors)
    guard self.isJSON else { return }
    var line = Self.event("ended", label)
    line.add("ok", false)
    line.add("message", "\(error)")
    await Console.shared.write(line.line)
  }

  /// Shows how all ended.
  func show(_ report: SyncReport) async {
    for skip in report.skipped {
      await Console.shared.print("convoke: \(skip.path): left out: \(skip.reason)", to: .errors)
    }
    for outcome in report.outcomes {
      for failure in outcome.failures {
        let place = failure.path.isEmpty ? outcome.destination : failure.path
        let line = "convoke: \(outcome.gateway): \(place): \(failure.reason)"
        await Console.shared.print(line, to: .errors)
      }
      if let error = outcome.error {
        await Console.shared.print("convoke: \(outcome.gateway): \(error)", to: .errors)
      }
      await self.show(outcome)
    }
  }

  private func show(_ outcome: SyncOutcome) async {
    if self.isJSON {
      var line = Self.event("ended", outcome.gateway)
      line.add("ok", outcome.isOK)
      line.add("files", outcome.files)
      line.add("bytes", outcome.bytes)
      line.add("links", outcome.links)
      line.add("deleted", outcome.deleted)
      line.add("failed", outcome.failures.map(\.path))
      line.add("message", outcome.error.map { "\($0)" })
      await Console.shared.write(line.line)
    } else if !self.isQuiet, outcome.error == nil {
      let files = "\(outcome.files) \(outcome.files == 1 ? "file" : "files")"
      var line = "\(outcome.gateway): \(files), \(outcome.bytes) bytes sent"
      if outcome.links > 0 { line += ", \(outcome.links) links made" }
      if outcome.deleted > 0 { line += ", \(outcome.deleted) deleted" }
      if !outcome.failures.isEmpty { line += ", \(outcome.failures.count) failed" }
      await Console.shared.print(line)
    }
  }

  private static func event(_ name: String, _ label: String) -> JSONLine {
    var line = JSONLine()
    line.add("schema", "convoke.sync/1")
    line.add("event", name)
    line.add("worker", label)
    return line
  }
}
