import ConvokeProcess

extension MemberJob {
  func reap(_ request: ReapRequest) async -> FleetResult {
    var jobs: [String] = []
    for name in request.jobs {
      switch await self.find(name) {
      case .failure(let problem): return self.result(of: problem)
      case .success(let entry): jobs.append("\(entry.job.startedAs)/\(entry.job.name)")
      }
    }
    switch await self.ask(JobScript.reap(request, jobs: jobs, run: self.run)) {
    case .failure(let problem): return self.result(of: problem)
    case .success(let lines):
      let leftovers = Leftover.all(of: lines, isDryRun: request.isDryRun)
      let stuck = leftovers.filter { $0.state == .stuck }.flatMap(\.processes)
      var result = self.result(.exited(0))
      if let first = stuck.first {
        let message =
          "process \(first.id) (\(first.command.prefix(80))) did not end when it was killed"
        result = self.refused(
          .jobsNotUsable,
          message,
          remedy: "the kernel holds it: see ps and dmesg"
        )
      }
      result.leftovers = leftovers
      return result
    }
  }
}

extension Leftover {
  private struct Group: Hashable {
    var run: RunID
    var job: String?
    var verdict: String
  }

  /// Reads what ``JobScript/reap(_:jobs:run:)`` writes; lines that make no sense are passed over.
  static func all(of lines: [String], isDryRun: Bool) -> [Leftover] {
    var order: [Group] = []
    var processes: [Group: [Process]] = [:]
    var left: Set<Int32> = []
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
      if words.count == 2, words[0] == "left", let id = Int32(words[1]) { left.insert(id) }
      guard words.count == 6, words[0] == "process", let id = Int32(words[2]),
        let run = RunID(rawValue: String(words[1])), words[4] != "keeper"
      else { continue }
      let job = words[3] == "-" ? nil : words[3].split(separator: "/").last.map(String.init)
      let group = Group(run: run, job: job, verdict: String(words[4]))
      if processes[group] == nil { order.append(group) }
      let command = words[5].split(separator: " ").joined(separator: " ")
      processes[group, default: []].append(Process(id: id, command: command))
    }
    return order.map { group in
      let own = (processes[group] ?? []).sorted { $0.id < $1.id }
      let isStuck = own.contains { left.contains($0.id) }
      return Leftover(
        run: group.run,
        job: group.job,
        processes: own,
        state: Self.state(group.verdict, isDryRun: isDryRun, isStuck: isStuck)
      )
    }
  }

  private static func state(_ verdict: String, isDryRun: Bool, isStuck: Bool) -> State {
    switch verdict {
    case "held": .held
    case "kept": .kept
    default: isDryRun ? .found : isStuck ? .stuck : .ended
    }
  }
}
