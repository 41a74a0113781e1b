import ConvokeFleet
import ConvokeProcess
import Foundation
import Synchronization
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeSweep

@Suite(.timeLimit(.minutes(2))) struct SweepRunTests {
  /// A launcher that runs everything here, but for what a closure says about a host.
  private struct Lab: Launcher {
    let before: @Sendable (Command, Host) -> Outcome?

    func run(_ command: Command, on host: Host) async -> ProcessResult {
      guard let outcome = self.before(command, host) else { return await command.run() }
      return ProcessResult(
        command: command,
        host: host.name,
        outcome: outcome,
        statistics: .notStarted(at: .now)
      )
    }

    func launch(_ command: Command, on host: Host) -> RunningProcess { command.launch() }
  }

  private let hosts = [Host("n0", transport: .local), Host("n1", transport: .local)]

  private func perform(
    _ sweep: Sweep,
    _ line: String,
    before: @escaping @Sendable (Command, Host) -> Outcome? = { _, _ in nil },
    change: (inout SweepRunOptions) -> Void = { _ in },
    check: (SweepStore, SweepRunReport, String) throws -> Void
  ) async throws {
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.appending(component: "store").path)
      try store.update(to: sweep)
      var options = SweepRunOptions(SweepProgram(line), hosts: self.hosts)
      options.directory = folder.path
      change(&options)
      let runner = SweepRunner(store, options: options, launcher: Lab(before: before))
      try check(store, try await runner.run(), folder.path)
    }
  }

  @Test func `every combination is executed, with values quoted`() async throws {
    let sweep: Sweep = ["text": ["a b", "it's", "$HOME", "\"q\""], "i": [1, 2]]
    let line = "printf '%s\\n' {text} >> log; printf '{\"slug\": \"%s\"}' {slug}"
    try await self.perform(sweep, line, change: { $0.results = .json }) {
      store,
      report,
      folder throws in
      #expect(report.done == 8)
      let log = try String(contentsOfFile: "\(folder)/log", encoding: .utf8)
      let lines = log.split(separator: "\n").map(String.init).sorted()
      #expect(lines == ["\"q\"", "\"q\"", "$HOME", "$HOME", "a b", "a b", "it's", "it's"])
      for record in try store.records() {
        #expect(record.result?["slug"] == .text(record.combination.slug))
      }
    }
  }

  @Test func `a failure is tried again on another host`() async throws {
    let seen = Mutex<[String: Set<String>]>([:])
    try await self.perform(
      ["i": .range(1...20)],
      "echo {host}",
      before: { command, host in
        guard command.description.hasPrefix("echo") else { return nil }
        let combination = command.environment["CONVOKE_COMBINATION"].flatMap { $0 } ?? ""
        let isFirst = seen.withLock { seen in
          defer { seen[combination, default: []].insert(host.name) }
          return seen[combination] == nil
        }
        return isFirst ? .exited(3) : nil
      },
      change: { $0.retries = RetryPolicy(1, on: [.exit]) }
    ) { store, report, _ throws in
      #expect(report.done == 20)
      #expect(report.retried == 20)
      #expect(report.failed == 0)
      #expect(seen.withLock { $0.values.allSatisfy { $0 == ["n0", "n1"] } })
      for record in try store.records() {
        let history = try #require(try store.history(of: record.combination))
        #expect(history.attempts.map(\.state) == ["failed", "done"])
        #expect(history.attempts[0].reason == "exited with code 3")
        #expect(Set(history.attempts.compactMap(\.host)) == ["n0", "n1"])
      }
    }
  }

  @Test func `causes without a limit fail for good`() async throws {
    let sweep: Sweep = ["line": ["exit 3", "sleep 60", "echo no", "echo 1"]]
    try await self.perform(
      sweep,
      "eval {line}",
      change: {
        $0.results = .json
        $0.timeout = .milliseconds(300)
      }
    ) { store, report, _ throws in
      #expect(report.failed == 3)
      #expect(report.timedOut == 1)
      let reasons = try store.records().map { $0.reason ?? "" }
      #expect(reasons[0] == "exited with code 3")
      #expect(reasons[1] == "timed out")
      #expect(reasons[2].contains("has no JSON"))
      #expect(try store.records()[3].state == .done)
    }
  }

  @Test func `a host that cannot be reached is left out`() async throws {
    let failure = Failure(.noRoute, "no route to n1")
    try await self.perform(
      ["i": .range(1...10)],
      "echo 1",
      before: { _, host in host.name == "n1" ? .unreachable(failure) : nil }
    ) { store, report, _ throws in
      #expect(report.done == 10)
      #expect(report.lostHosts.keys.sorted() == ["n1"])
      #expect(try store.statistics()[.done] == 10)
    }
  }

  @Test func `without any host everything waits`() async throws {
    let failure = Failure(.noRoute, "no route")
    try await self.perform(
      ["i": .range(1...10)],
      "echo 1",
      before: { _, _ in .unreachable(failure) }
    ) { store, report, _ throws in
      #expect(report.lostHosts.count == 2)
      #expect(try store.statistics().description == "10 total, 10 todo")
    }
  }

  @Test func `set-up and teardown come once a host`() async throws {
    try await self.perform(
      ["i": .range(1...20)],
      "test -e \"$PWD/ready\"",
      change: {
        let folder = $0.directory ?? ""
        $0.setup = "echo up >> \(folder)/hosts; touch \(folder)/ready"
        $0.teardown = "echo down >> \(folder)/hosts"
        $0.slots = 3
      }
    ) { _, report, folder throws in
      #expect(report.done == 20)
      let log = try String(contentsOfFile: "\(folder)/hosts", encoding: .utf8)
      #expect(log == "up\nup\ndown\ndown\n")
    }
  }

  @Test func `a host whose set-up fails is left out, with the reason`() async throws {
    try await self.perform(["i": [1]], "true", change: { $0.setup = "echo why >&2; exit 4" }) {
      store,
      report,
      _ throws in
      #expect(report.lostHosts["n0"] == "the set-up exited with code 4: why")
      #expect(try store.statistics()[.todo] == 1)
    }
  }

  @Test func `repetitions have medians, warm-ups do not count`() async throws {
    let line = """
      n=$(($(cat count-{i} 2>/dev/null || echo 0) + 1)); echo $n > count-{i}
      echo "{\\"n\\": $n, \\"r\\": {repetition}}"
      """
    try await self.perform(
      ["i": [1, 2]],
      line,
      change: {
        $0.results = .json
        $0.warmups = 2
        $0.repetitions = 3
      }
    ) { store, _, _ throws in
      for record in try store.records() {
        #expect(record.result?["n"] == 4.0)
        #expect(record.result?["n_low"] == 3.0)
        #expect(record.result?["n_high"] == 5.0)
        #expect(record.result?["r"] == 2.0)
        let runs = try store.measurements(of: record.combination)
        #expect(runs.map(\.isWarmup) == [true, true, false, false, false])
        #expect(Set(runs.map(\.host)).count == 1)
        #expect(runs.allSatisfy { $0.exitCode == 0 && $0.userSeconds != nil })
      }
    }
  }

  @Test func `a rule stops the rest`() async throws {
    try await self.perform(
      ["i": .range(1...100)],
      "exit 1",
      change: { $0.stopRule = try? StopRule(parsing: "soon:fail=3") }
    ) { store, report, _ throws in
      #expect(report.stopped == "the rule soon:fail=3 applies")
      let statistics = try store.statistics()
      #expect((3...5).contains(statistics[.failed]))
      #expect(statistics[.todo] == 100 - statistics[.failed])
    }
  }

  @Test func `a combination takes several hosts`() async throws {
    try await self.perform(
      ["i": [1, 2, 3]],
      "echo '\"'{hosts}'\"'",
      change: {
        $0.hostsPerCombination = 2
        $0.results = .json
      }
    ) { store, _, _ throws in
      #expect(try store.records().allSatisfy { $0.result == "n0,n1" })
    }
    await #expect(throws: SweepError.self) {
      try await self.perform(["i": [1]], "true", change: { $0.hostsPerCombination = 3 }) {
        _,
        _,
        _ throws in
      }
    }
  }

  @Test func `cancelling ends what runs and gives it back`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.path)
      try store.update(to: ["i": .range(1...5)])
      let mark = "97.\(UInt32.random(in: 0 ... .max))"
      let options = SweepRunOptions(SweepProgram("sleep \(mark) & wait"), hosts: self.hosts)
      let started = Mutex(0)
      let runner = SweepRunner(store, options: options, launcher: LocalLauncher()) { event in
        if case .started = event { started.withLock { $0 += 1 } }
      }
      let task = Task { try await runner.run() }
      #expect(try await eventually(within: .seconds(40)) { started.withLock { $0 == 2 } })
      task.cancel()
      let report = try await task.value
      #expect(report.isCancelled)
      #expect(try store.statistics().description == "5 total, 5 todo")
      let isGone = try await eventually {
        await !Command.shell("pgrep -xf 'sleep \(mark)'").run().outcome.isSuccess
      }
      #expect(isGone)
    }
  }

  @Test func `results come from files, too`() async throws {
    try await self.perform(
      ["i": [1, 2]],
      "echo '{\"v\": '{i}'}' > out-{i}.json",
      change: { $0.results = .file("out-{i}.json") }
    ) { store, _, _ throws in
      #expect(try store.records().map { $0.result?["v"] } == [1, 2])
    }
  }

  @Test func `circumstances are kept once for all`() async throws {
    try await self.perform(["i": .range(1...6)], "true") { store, _, _ throws in
      let record = try #require(try store.records().first)
      let facts = try #require(try store.history(of: record.combination)?.attempts.last?.provenance)
      #expect(facts["command"] == "true")
      #expect(facts["host"]?["processors"] != nil)
      #expect(facts["code"]?["commit"] != nil)
      let all = try store.records().compactMap { record in
        try store.history(of: record.combination)?.attempts.last?.provenance
      }
      #expect(all.count == 6)
      #expect(Set(all).count <= 2)
    }
  }
}
