import ConvokeHosts
import ConvokeProcess
import Testing

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct StoppingTests {
  private func options(_ rule: String, window: Int = 2) throws -> FleetOptions {
    let rule = try StopRule(parsing: rule)
    return FleetOptions().with { options in
      options.stopRule = rule
      options.window = window
    }
  }

  @Test func `a rule for now ends what runs`() async throws {
    let options = try self.options("now:fail=1", window: 3)
    let line = "test {rank} != 0 || exit 1; sleep 20"
    let report = await Fleet.local(5).run(line, options: options)
    let words = report.results.map(\.outcome.word)
    #expect(words == ["exited", "cancelled", "cancelled", "not-started", "not-started"])
    #expect(report.status == .stopped)
    #expect(report.results[4].outcome == .notStarted("stop rule now:fail=1"))
  }

  @Test func `a rule for soon lets what runs end`() async throws {
    let options = try self.options("soon:fail=25%")
    let line = "test {rank} != 0 || exit 1; sleep 0.3"
    let report = await Fleet.local(4).run(line, options: options)
    let words = report.results.map(\.outcome.word)
    #expect(words == ["exited", "exited", "not-started", "not-started"])
    #expect(report.results[1].isOK)
    #expect(report.status == .stopped)
  }

  @Test func `a rule for success makes the first winner the success of all`() async throws {
    let options = try self.options("now:success=1", window: 4)
    let report = await Fleet.local(4).run("test {rank} = 2 || sleep 20", options: options)
    #expect(report.results[2].isOK)
    #expect(report.results.count { $0.outcome == .cancelled } == 3)
    #expect(report.status == .succeeded)
  }

  @Test func `a rule that only the last host fulfils gives up nothing`() async throws {
    let report = await Fleet.local(2).run(
      "exit {rank}",
      options: try self.options("now:fail=1", window: 1)
    )
    #expect(report.stop == nil)
    #expect(report.status == .failed)
  }

  @Test func `cancelling ends the groups and reports the rest as not started`() async {
    let started = Collector<Int>()
    let task = Task {
      await Fleet.local(5).perform(
        .run("echo on; sleep 30"),
        options: FleetOptions().with { options in
          options.window = 2
          options.outputEvents = .lines
        }
      ) { if case .line(let member, _) = $0 { started.add(member.rank) } }
    }
    while started.all.count < 2 { await Task.yield() }
    task.cancel()
    let report = await task.value
    let words = report.results.map(\.outcome.word)
    #expect(words == ["cancelled", "cancelled", "not-started", "not-started", "not-started"])
    #expect(report.status == .interrupted)
    #expect(report.results[0].result.stdout.text == "on\n")
  }

  @Test func `batches follow one another, and a failed check gives up the rest`() async {
    let running = Collector<String>()
    let launcher = ScriptedLauncher { _, host in
      running.add(host.name)
      return .exited(0)
    }
    let options = FleetOptions().with { options in
      options.batch = Batch(.count(2)) { report in
        running.add("check \(report.results.count)")
        return report.results.count < 4
      }
    }
    let report = await Fleet(Host.numbered(6), launcher: launcher).run("x", options: options)
    #expect(running.all.filter { $0.hasPrefix("check") } == ["check 2", "check 4"])
    #expect(Set(running.all.prefix(2)) == ["n0", "n1"])
    #expect(report.results.map(\.outcome.isSuccess) == [true, true, true, true, false, false])
    #expect(report.status == .stopped)
  }

  @Test func `a failure is tried again as often as the policy says`() async {
    let tries = Collector<String>()
    let launcher = ScriptedLauncher { _, host in
      tries.add(host.name)
      return tries.all.count { $0 == host.name } > 2 ? .exited(0) : .exited(1)
    }
    let options = FleetOptions().with {
      $0.retries = RetryPolicy(2, on: [.exit], delay: .milliseconds(1))
    }
    let report = await Fleet(Host.numbered(3), launcher: launcher).run("x", options: options)
    #expect(report.isOK)
    #expect(report.results.map(\.attemptCount) == [3, 3, 3])
    #expect(report.results[0].earlierAttempts.map(\.outcome) == [.exited(1), .exited(1)])
  }
}
