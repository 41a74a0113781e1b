import ConvokeHosts
import ConvokeProcess

/// Carries out one action with everything it is composed of.
struct FleetEngine: Sendable {
  let launcher: any Launcher
  let options: FleetOptions
  let listener: (@Sendable (FleetEvent) async -> Void)?
  let limit: ContinuousClock.Instant?
  let run: RunID

  init(
    launcher: any Launcher,
    options: FleetOptions,
    listener: (@Sendable (FleetEvent) async -> Void)?
  ) {
    let run = options.run ?? RunID()
    self.run = run
    self.launcher = MarkingLauncher(launcher: launcher, run: run)
    self.options = options
    self.listener = listener
    self.limit = options.timeLimit.map { ContinuousClock.now.advanced(by: $0) }
  }

  func emit(_ event: FleetEvent) async { await self.listener?(event) }

  /// Carries out the whole action and tells its report.
  func perform(_ action: FleetAction, on hosts: [Host]) async -> FleetReport {
    self.options.journal?.begin(action, on: hosts, run: self.run)
    await self.emit(.began(self.run))
    var report = await self.report(of: action, on: hosts, step: [])
    report.run = self.run
    self.options.journal?.finish(report)
    await self.emit(.finished(report))
    return report
  }

  func report(of action: FleetAction, on hosts: [Host], step: [Int]) async -> FleetReport {
    let hosts = action.hosts ?? hosts
    switch action.kind {
    case .sequence(let parts, let stopsOnFailure):
      var report = FleetReport(name: action.label(hosts.count), started: .now)
      for (index, part) in parts.enumerated() {
        let step = step + [index]
        if let stop = self.stop(after: report, stopsOnFailure: stopsOnFailure) {
          report.stop = stop
          report.parts.append(await self.skip(part, on: hosts, step: step, because: stop))
        } else {
          report.parts.append(await self.report(of: part, on: hosts, step: step))
        }
      }
      report.ended = .now
      return report
    case .parallel(let parts):
      var report = FleetReport(name: action.label(hosts.count), started: .now)
      report.parts = await self.reports(of: parts, on: hosts, step: step)
      report.ended = .now
      return report
    case .run, .put, .get, .job:
      return await MemberRun(engine: self, action: action, hosts: hosts, step: step).report()
    }
  }

  private func stop(after report: FleetReport, stopsOnFailure: Bool) -> FleetReport.Stop? {
    if Task.isCancelled { return .cancelled }
    if let stop = report.stop { return stop }
    return stopsOnFailure && !report.isOK ? .failedPart : nil
  }

  private func reports(
    of parts: [FleetAction],
    on hosts: [Host],
    step: [Int]
  ) async -> [FleetReport] {
    await withTaskGroup(of: (Int, FleetReport).self) { group in
      for (index, part) in parts.enumerated() {
        group.addTask {
          (index, await self.report(of: part, on: hosts, step: step + [index]))
        }
      }
      var reports: [Int: FleetReport] = [:]
      for await (index, report) in group { reports[index] = report }
      return parts.indices.compactMap { reports[$0] }
    }
  }

  /// The report of an action that does not begin.
  private func skip(
    _ action: FleetAction,
    on hosts: [Host],
    step: [Int],
    because stop: FleetReport.Stop
  ) async -> FleetReport {
    let hosts = action.hosts ?? hosts
    var report = FleetReport(name: action.label(hosts.count), stop: stop)
    for (index, part) in action.parts.enumerated() {
      report.parts.append(
        await self.skip(part, on: hosts, step: step + [index], because: stop)
      )
    }
    guard !action.isComposed else { return report }
    let members = hosts.enumerated().map { FleetMember($1, rank: $0, step: step) }
    await self.emit(.planned(members))
    for member in members {
      let result = FleetResult.notStarted(member, action, "\(stop)")
      report.ownResults.append(result)
      self.options.journal?.note(result)
      await self.emit(.ended(result))
    }
    return report
  }
}

extension FleetResult {
  /// The result of a member that was never started.
  static func notStarted(
    _ member: FleetMember,
    _ action: FleetAction,
    _ reason: String
  ) -> FleetResult {
    FleetResult(
      member,
      ProcessResult(
        command: action.shownCommand,
        host: member.host.name,
        outcome: .notStarted(reason),
        statistics: .notStarted(at: .now)
      )
    )
  }
}
