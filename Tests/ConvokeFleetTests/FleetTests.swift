import ConvokeHosts
import ConvokeProcess
import Testing

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct FleetTests {
  @Test func `every host gives one result, in the order of the hosts`() async throws {
    let report = await Fleet.local(20).run("sleep 0.0$((20 - {rank})); echo {host}", window: 7)
    #expect(report.status == .succeeded)
    #expect(report.results.map(\.rank) == Array(0..<20))
    #expect(report.results.map { $0.result.stdout.text } == (0..<20).map { "n\($0)\n" })
  }

  @Test func `a fleet without hosts succeeds at once`() async {
    let report = await Fleet.local(0).run("true")
    #expect(report.isOK && report.results.isEmpty && report.stop == nil)
  }

  @Test func `a host named twice gets two commands`() async {
    let host = Host("n0", transport: .local)
    let report = await Fleet.local([host, host]).run("echo {rank}")
    #expect(report.results.map { $0.result.stdout.text } == ["0\n", "1\n"])
  }

  @Test func `no more than the window run at a time`() async {
    let running = Collector<Int>()
    let launcher = ScriptedLauncher { _, _ in
      running.add(1)
      await Task.yield()
      running.add(-1)
      return .exited(0)
    }
    let report = await Fleet(Host.numbered(50), launcher: launcher).run("true", window: 3)
    #expect(report.results.count == 50)
    var now = 0
    let most = running.all.map { change in
      now += change
      return now
    }.max()
    #expect(most ?? 0 <= 3)
  }

  @Test func `a closure makes the command of each host, and its error is an outcome`() async {
    struct Odd: Error {}
    let report = await Fleet.local(2).run { host, rank in
      if rank == 1 { throw Odd() }
      return Command("echo", host.name, "{host}")
    }
    #expect(report.results[0].result.stdout.text == "n0 {host}\n")
    #expect(report.results[1].outcome == .notStarted("Odd()"))
    #expect(report.status == .failed)
  }

  @Test func `the worst class of outcome is the status`() async {
    let outcomes: [Outcome] = [
      .exited(0), .exited(2), .unreachable(Failure(.noRoute, "x")), .timedOut,
    ]
    let launcher = ScriptedLauncher { _, host in
      outcomes[Int(host.name.dropFirst()).flatMap { $0 } ?? 0]
    }
    let statuses = await (1...4).asyncMap {
      await Fleet(Host.numbered($0), launcher: launcher).run("x").status
    }
    #expect(statuses == [.succeeded, .failed, .unreachable, .timedOut])
  }

  @Test func `a deadline ends each command`() async {
    let report = await Fleet.local(3).run("sleep {rank}0", deadline: .seconds(1))
    #expect(report.results.map(\.outcome) == [.exited(0), .timedOut, .timedOut])
  }

  @Test func `a time limit ends what runs and starts nothing more`() async {
    let options = FleetOptions().with { options in
      options.timeLimit = .milliseconds(300)
      options.window = 2
    }
    let report = await Fleet.local(3).run("sleep 20", options: options)
    #expect(report.results.map(\.outcome.word) == ["timed-out", "timed-out", "not-started"])
    #expect(report.status == .timedOut)
  }

  @Test func `what is kept of the output is bounded`() async {
    let options = FleetOptions().with { $0.keepOutput = .init(head: 100, tail: 100) }
    let report = await Fleet.local(4).run("yes | head -c 300000", options: options)
    for result in report.results {
      #expect(result.result.stdout.count == 300_000)
      #expect(result.result.stdout.head.count + result.result.stdout.tail.count == 200)
    }
    #expect(FleetOptions().keepOutput(for: 5000).head == (512 << 20) / 5000 / 4)
  }

  @Test func `a failed fleet names its hosts when it throws`() async throws {
    let report = await Fleet.local(4).run("test {rank} -lt 2")
    let error = #expect(throws: FleetError.self) { try report.throwOnFailure() }
    #expect(error?.message.contains("2 of 4, n[2-3]") == true)
    #expect(report.totals == ["exited": 4])
    #expect(report.failures.map(\.rank) == [2, 3])
  }
}

extension Sequence {
  fileprivate func asyncMap<T>(_ transform: (Element) async -> T) async -> [T] {
    var results: [T] = []
    for element in self { results.append(await transform(element)) }
    return results
  }
}
