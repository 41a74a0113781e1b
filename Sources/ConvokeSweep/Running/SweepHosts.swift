import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// Makes hosts ready once, knows which have been lost, and leaves them as they were found.
actor SweepHosts {
  private let launcher: any Launcher
  private let options: SweepRunOptions
  private let tell: @Sendable (SweepEvent) async -> Void
  private var preparations: [Host: Task<ParameterValue?, Never>] = [:]
  private var strikes: [Host: Int] = [:]
  /// The hosts that are left out, and why.
  private(set) var lost: [String: String] = [:]

  private static let strikesToLose = 3
  private static let limit: Duration = .seconds(600)
  private static let facts = """
    printf '%s\\n' "$(uname -srm)" "$(getconf _NPROCESSORS_ONLN 2>/dev/null)" \
    "$(sed -n 's/^MemTotal: *//p' /proc/meminfo 2>/dev/null)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)"
    """

  init(
    _ launcher: any Launcher,
    _ options: SweepRunOptions,
    _ tell: @escaping @Sendable (SweepEvent) async -> Void
  ) {
    self.launcher = launcher
    self.options = options
    self.tell = tell
  }

  /// Makes hosts ready at their first use; `nil` if one of them is lost.
  ///
  /// - Returns: The facts about the first one, for the record.
  func prepare(_ hosts: [Host]) async -> ParameterValue? {
    var facts: ParameterValue?
    for host in hosts {
      let task = self.preparations[host] ?? Task { await self.setUp(host) }
      self.preparations[host] = task
      let answer = await withTaskCancellationHandler {
        await task.value
      } onCancel: {
        task.cancel()
      }
      guard let answer, self.lost["\(host)"] == nil else { return nil }
      if facts == nil { facts = answer }
    }
    return facts
  }

  /// Notes that a host did not answer or did; three times in a row lose it.
  func note(_ host: Host, _ outcome: Outcome) async {
    guard case .unreachable(let failure) = outcome else {
      self.strikes[host] = 0
      return
    }
    self.strikes[host, default: 0] += 1
    if self.strikes[host, default: 0] >= Self.strikesToLose || Self.isFinal(failure) {
      await self.lose(host, "unreachable: \(failure)")
    }
  }

  /// Runs the teardown where the set-up succeeded, whether the task is cancelled or not.
  func tearDown() async {
    guard let line = self.options.teardown else { return }
    let command = Command.shell(line).with { $0.deadline = .seconds(60) }
    let hosts = self.preparations.keys.filter { self.lost["\($0)"] == nil }
    let launcher = self.launcher
    let work = Task {
      await withTaskGroup { group in
        for host in hosts { group.addTask { (host, await launcher.run(command, on: host)) } }
        var failures: [(Host, Outcome)] = []
        for await (host, result) in group where !result.outcome.isSuccess {
          failures.append((host, result.outcome))
        }
        return failures
      }
    }
    for (host, outcome) in await work.value {
      await self.tell(.host("\(host)", failure: "the teardown \(outcome)"))
    }
  }

  private static func isFinal(_ failure: Failure) -> Bool {
    [.hostKeyChanged, .hostKeyUnknown, .authentication, .nameNotKnown].contains(failure.kind)
  }

  private func lose(_ host: Host, _ reason: String) async {
    guard self.lost["\(host)"] == nil else { return }
    self.lost["\(host)"] = reason
    await self.tell(.host("\(host)", failure: reason))
  }

  private func setUp(_ host: Host) async -> ParameterValue? {
    let facts = await self.run(Self.facts, host)
    if let failure = facts.outcome.failure {
      await self.lose(host, "\(failure)")
      return nil
    }
    if let line = self.options.setup {
      let result = await self.run(line, host)
      guard result.outcome.isSuccess else {
        let words = result.stderr.trimmedText.suffix(200)
        await self.lose(host, "the set-up \(result.outcome)\(words.isEmpty ? "" : ": \(words)")")
        return nil
      }
    }
    await self.tell(.host("\(host)", failure: nil))
    let names = ["system", "processors", "memory", "processor"]
    let lines = facts.stdout.lines
    return .object(zip(names, lines).map { .init($0, ResultReader.scalar($1)) })
  }

  private func run(_ line: String, _ host: Host) async -> ProcessResult {
    await self.launcher.run(.shell(line).with { $0.deadline = Self.limit }, on: host)
  }
}
