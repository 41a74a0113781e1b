public import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
public import ConvokeSSH
import Foundation

/// Executes the combinations of a store that wait, until none is left.
///
/// Several runners, in one process or in several, may work on one store at the same time.
public struct SweepRunner: Sendable {
  private let store: SweepStore
  private let options: SweepRunOptions
  private let launcher: any Launcher
  private let listener: @Sendable (SweepEvent) async -> Void

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - store: What to work on.
  ///   - options: How combinations are executed.
  ///   - connections: The connections to hosts; by default those the whole program shares.
  ///   - onEvent: Called with each event; a slow one slows down the execution.
  public init(
    _ store: SweepStore,
    options: SweepRunOptions,
    connections: SSHConnections = .shared,
    onEvent: @escaping @Sendable (SweepEvent) async -> Void = { _ in }
  ) {
    self.init(store, options: options, launcher: connections, onEvent: onEvent)
  }

  /// Makes a runner whose commands are kept by workers on the hosts.
  ///
  /// - Parameters:
  ///   - store: What to work on; it stays on this machine, whatever runs elsewhere.
  ///   - options: How combinations are executed.
  ///   - gateways: The gateways to the hosts, opened as they are needed; they stay open after that.
  ///   - onEvent: Called with each event; a slow one slows down the execution.
  public init(
    _ store: SweepStore,
    options: SweepRunOptions,
    gateways: GatewayConnections,
    onEvent: @escaping @Sendable (SweepEvent) async -> Void = { _ in }
  ) {
    self.init(store, options: options, launcher: gateways, onEvent: onEvent)
  }

  /// Makes a runner with something else that runs commands.
  package init(
    _ store: SweepStore,
    options: SweepRunOptions,
    launcher: any Launcher,
    onEvent: @escaping @Sendable (SweepEvent) async -> Void = { _ in }
  ) {
    self.store = store
    self.options = options
    self.launcher = launcher
    self.listener = onEvent
  }

  /// Executes until nothing is left that can be executed.
  ///
  /// Cancelling the task ends the commands that run, with all their processes, and gives their
  /// combinations back.
  ///
  /// - Returns: What came of it; failures of commands and hosts are data.
  /// - Throws: ``SweepError`` if the options make no sense or the store cannot be used.
  public func run() async throws(SweepError) -> SweepRunReport {
    let slots = try SweepSlot.slots(self.options)
    if case .pattern(let text) = self.options.results { _ = try ResultReader.pattern(text) }
    let before = try self.store.statistics()
    let context = RunContext(
      agenda: SweepAgenda(self.options),
      hosts: SweepHosts(self.launcher, self.options, self.listener),
      facts: await Provenance.gather(self.options),
      total: before[.todo] + before[.leased]
    )
    await self.listener(.began(before))
    let failure = await self.work(slots, context)
    let left = context.agenda.drainPending()
    if !left.isEmpty, failure == nil {
      try self.store.end(
        left.map { ($0, SweepEnd(.cancelled, reason: "no host was left for it")) },
        offeringAgain: true
      )
    }
    await context.hosts.tearDown()
    if let failure { throw failure }
    var report = context.agenda.report
    report.lostHosts = await context.hosts.lost
    report.isCancelled = Task.isCancelled
    report.statistics = try self.store.statistics()
    return report
  }

  /// What all slots of a run share.
  struct RunContext: Sendable {
    let agenda: SweepAgenda
    let hosts: SweepHosts
    let facts: [ParameterValue.Field]
    let total: Int
  }

  private func work(_ slots: [SweepSlot], _ context: RunContext) async -> SweepError? {
    await withTaskGroup(of: SweepError?.self) { group in
      for slot in slots {
        group.addTask {
          do throws(SweepError) {
            try await self.serve(slot, context)
            return nil
          } catch {
            return error
          }
        }
      }
      var first: SweepError?
      for await failure in group {
        if failure != nil, first == nil {
          first = failure
          group.cancelAll()
        }
        // A rule may say that what runs is to end, too.
        if context.agenda.report.stopped != nil, self.options.stopRule?.timing == .now {
          group.cancelAll()
        }
      }
      return first
    }
  }

  private func serve(_ slot: SweepSlot, _ context: RunContext) async throws(SweepError) {
    var pause: Duration = .milliseconds(20)
    while !Task.isCancelled, context.agenda.report.stopped == nil {
      context.agenda.setBusy(true)
      let lease: SweepLease?
      do throws(SweepError) {
        lease = try await self.take(slot, context)
        if let lease { try await self.execute(lease, slot, context) }
      } catch {
        context.agenda.setBusy(false)
        throw error
      }
      context.agenda.setBusy(false)
      if lease != nil {
        pause = .milliseconds(20)
        continue
      }
      let lost = await context.hosts.lost
      if slot.hosts.contains(where: { lost["\($0)"] != nil }) { return }
      if context.agenda.isIdle, try !self.othersWork() { return }
      // Somebody may still give a combination back, which nothing announces.
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .seconds(1))
    }
  }

  private func othersWork() throws(SweepError) -> Bool {
    guard self.options.waitsForOthers else { return false }
    return try self.store.isAnyLeased()
  }

  private func take(
    _ slot: SweepSlot,
    _ context: RunContext
  ) async throws(SweepError) -> SweepLease? {
    let lost = Set(await context.hosts.lost.keys)
    if slot.hosts.contains(where: { lost.contains("\($0)") }) { return nil }
    if let lease = context.agenda.takePending(for: slot.host, lost: lost) { return lease }
    return try self.store.next(on: "\(slot.host)").first
  }

  private func execute(
    _ lease: SweepLease,
    _ slot: SweepSlot,
    _ context: RunContext
  ) async throws(SweepError) {
    guard let facts = await context.hosts.prepare(slot.hosts) else {
      let reason = "\(slot.host) was not ready for it"
      let end = SweepEnd(.cancelled, reason: reason)
      _ = try await self.record(lease, .init(end: end), isRetried: false, context)
      return
    }
    await self.listener(.started(lease, host: "\(slot.host)"))
    let unit = SweepUnit(
      lease: lease,
      slot: slot,
      options: self.options,
      launcher: self.launcher,
      root: self.store.folder
    )
    let start = ContinuousClock.now
    var ending = await unit.execute()
    let seconds = start.duration(to: .now) / .seconds(1)
    if let outcome = ending.outcome { await context.hosts.note(slot.host, outcome) }
    ending.end.provenance = .object(context.facts + [.init("host", facts)])
    let isRetried = context.agenda.isRetried(lease, after: ending.cause)
    let (completion, again) = try await self.record(lease, ending, isRetried: isRetried, context)
    if let again { context.agenda.postpone(again, avoiding: slot.host) }
    let execution = SweepExecution(
      lease: lease,
      host: "\(slot.host)",
      end: ending.end,
      isRetried: again != nil,
      completion: completion,
      seconds: seconds,
      folder: unit.folder
    )
    context.agenda.count(execution, timedOut: ending.timedOut)
    await self.listener(.ended(execution))
    await self.applyStopRule(context)
  }

  private func applyStopRule(_ context: RunContext) async {
    guard let rule = self.options.stopRule else { return }
    let report = context.agenda.report
    if rule.applies(succeeded: report.done, failed: report.failed, of: max(1, context.total)),
      context.agenda.stop("the rule \(rule) applies")
    {
      await self.listener(.stopped("the rule \(rule) applies: no more combinations are started"))
    }
  }

  private static let tries = 30

  // A full disk may get room again; what was measured is worth a wait of half a minute.
  private func record(
    _ lease: SweepLease,
    _ ending: SweepUnit.Ending,
    isRetried: Bool,
    _ context: RunContext
  ) async throws(SweepError) -> (completion: SweepCompletion, again: SweepLease?) {
    for _ in 1..<Self.tries {
      do {
        return try self.store.finish(
          lease,
          ending.end,
          ending.measurements,
          isRetried: isRetried
        )
      } catch {
        if Task.isCancelled { break }
        try? await Task.sleep(for: .seconds(1))
      }
    }
    return try self.store.finish(lease, ending.end, ending.measurements, isRetried: isRetried)
  }
}
