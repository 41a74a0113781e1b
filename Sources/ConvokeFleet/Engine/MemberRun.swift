import ConvokeHosts
import ConvokeProcess

/// Carries out one simple action on its hosts: a window of them at a time, batch after batch.
struct MemberRun: Sendable {
  let engine: FleetEngine
  let action: FleetAction
  let hosts: [Host]
  let step: [Int]

  private enum Event: Sendable {
    case ended(Int, FleetResult)
    case limitReached
  }

  private struct State {
    var results: [FleetResult?]
    var succeeded = 0
    var failed = 0
    var stop: FleetReport.Stop?

    mutating func note(_ result: FleetResult, at index: Int) {
      self.results[index] = result
      if result.isOK { self.succeeded += 1 } else { self.failed += 1 }
    }
  }

  private var options: FleetOptions { self.engine.options }

  func report() async -> FleetReport {
    let members = self.hosts.enumerated().map { rank, host in
      FleetMember(host, rank: rank, step: self.step)
    }
    await self.engine.emit(.planned(members))
    var report = FleetReport(name: self.action.label(members.count), started: .now)
    var work = MemberWork(engine: self.engine, action: self.action, hosts: self.hosts)
    work.direction = await work.described(for: members)
    var state = State(results: Array(repeating: nil, count: members.count))
    let batches =
      self.options.batch?.ranges(of: members.count) ?? [members.indices]
    for (number, batch) in batches.enumerated() where state.stop == nil {
      if number > 0 { await self.pause(&state, report.name) }
      if state.stop == nil { await self.run(members, batch, work, &state) }
    }
    await self.giveUp(members, &state)
    report.ownResults = state.results.compactMap { $0 }
    report.stop = state.stop
    report.ended = .now
    return report
  }

  // MARK: - The window

  private func run(
    _ members: [FleetMember],
    _ batch: Range<Int>,
    _ work: MemberWork,
    _ state: inout State
  ) async {
    await withTaskGroup(of: Event.self) { group in
      if let limit = self.engine.limit {
        group.addTask {
          // Cancelled when everything has ended in time.
          try? await Task.sleep(until: limit)
          return .limitReached
        }
      }
      var waiting = batch
      var running = 0
      while true {
        if Task.isCancelled, state.stop == nil { state.stop = .cancelled }
        while running < max(1, self.options.window), state.stop == nil,
          let index = waiting.popFirst()
        {
          running += 1
          group.addTask { .ended(index, await work.result(of: members[index])) }
        }
        guard running > 0, let event = await group.next() else { break }
        switch event {
        case .limitReached:
          guard state.stop == nil else { continue }
          await self.stop(.timeLimit, &state)
          group.cancelAll()
        case .ended(let index, let result):
          running -= 1
          if await self.take(result, index, &state) { group.cancelAll() }
        }
      }
      group.cancelAll()
    }
  }

  /// Takes a result; whether those that run are to be ended.
  private func take(_ result: FleetResult, _ index: Int, _ state: inout State) async -> Bool {
    var result = result
    if state.stop == .timeLimit, result.outcome == .cancelled { result.result.outcome = .timedOut }
    state.note(result, at: index)
    self.options.journal?.note(result)
    await self.engine.emit(.ended(result))
    guard let rule = self.options.stopRule, state.stop == nil else { return false }
    let total = self.hosts.count
    guard rule.applies(succeeded: state.succeeded, failed: state.failed, of: total) else {
      return false
    }
    // A rule that applies with the very last host has nothing to give up.
    guard state.succeeded + state.failed < total || rule.condition == .success else { return false }
    await self.stop(.rule(rule), &state)
    return rule.timing == .now
  }

  private func stop(_ stop: FleetReport.Stop, _ state: inout State) async {
    state.stop = stop
    await self.engine.emit(.stopped("\(stop)"))
  }

  // MARK: - Between batches and at the end

  private func pause(_ state: inout State, _ name: String) async {
    guard let batch = self.options.batch else { return }
    let soFar = FleetReport(name: name, results: state.results.compactMap { $0 })
    if let check = batch.healthCheck, await !check(soFar) {
      return await self.stop(.healthCheck, &state)
    }
    if batch.pause > .zero {
      let end = ContinuousClock.now.advanced(by: batch.pause)
      // A cancellation ends the pause, and is seen right after it.
      try? await Task.sleep(until: min(end, self.engine.limit ?? end))
    }
    if Task.isCancelled { state.stop = .cancelled }
  }

  private func giveUp(_ members: [FleetMember], _ state: inout State) async {
    guard let stop = state.stop else { return }
    for (index, member) in members.enumerated() where state.results[index] == nil {
      let result = FleetResult.notStarted(member, self.action, "\(stop)")
      state.results[index] = result
      self.options.journal?.note(result)
      await self.engine.emit(.ended(result))
    }
  }
}
