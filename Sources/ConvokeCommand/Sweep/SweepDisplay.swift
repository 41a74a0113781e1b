import ConvokeSweep

/// Shows what happens while combinations are executed.
struct SweepDisplay: Sendable {
  var console = Console.shared
  /// Whether events are written as JSON Lines.
  var isJSON: Bool
  /// Whether failures are not told.
  var isQuiet: Bool

  /// Shows an event.
  func show(_ event: SweepEvent) async {
    if self.isJSON { return await self.console.write(Self.line(event).line) }
    if self.isQuiet { return }
    switch event {
    case .host(let host, let failure?):
      await self.console.print("convoke: \(host) is left out: \(failure)", to: .errors)
    case .stopped(let reason): await self.console.print("convoke: \(reason)", to: .errors)
    case .ended(let execution): await self.showEnd(execution)
    default: break
    }
  }

  private func showEnd(_ execution: SweepExecution) async {
    let name = "convoke: \(execution.lease.combination) on \(execution.host)"
    if case .refused(let reason) = execution.completion {
      await self.console.print("\(name): \(reason)", to: .errors)
    }
    guard execution.end.state == .failed else { return }
    let again = execution.isRetried ? " (it is tried again)" : ""
    await self.console.print("\(name): \(execution.end.reason ?? "failed")\(again)", to: .errors)
  }

  private static func line(_ event: SweepEvent) -> JSONLine {
    var line: JSONLine
    switch event {
    case .began(let statistics): return SweepStatusCommand.line(statistics, event: "began")
    case .host(let host, let failure):
      line = .sweepEvent("host")
      line.add("host", host)
      line.add("failure", failure)
    case .started(let lease, let host):
      line = .sweepEvent("started")
      Self.add(lease, host, to: &line)
    case .ended(let execution):
      line = .sweepEvent("ended")
      Self.add(execution.lease, execution.host, to: &line)
      line.add("state", execution.end.state.rawValue)
      line.add("reason", execution.end.reason)
      line.add("retried", execution.isRetried)
      if case .refused(let reason) = execution.completion { line.add("refused", reason) }
      line.add("seconds", seconds: execution.seconds)
      line.add("result", json: execution.end.result?.json)
      line.add("folder", execution.folder)
    case .stopped(let reason):
      line = .sweepEvent("stopped")
      line.add("reason", reason)
    }
    return line
  }

  private static func add(_ lease: SweepLease, _ host: String, to line: inout JSONLine) {
    line.add("combination", json: lease.combination.json)
    line.add("key", lease.combination.key)
    line.add("attempt", lease.attempt)
    line.add("host", host)
  }

  /// Sums up.
  func finish(_ report: SweepRunReport) async {
    if self.isJSON {
      return await self.console.write(
        SweepStatusCommand.line(report.statistics, event: "finished").line
      )
    }
    await self.console.print("\(report.statistics)")
  }
}
