import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct ReapTests {
  /// A number of seconds that no other test sleeps.
  private static func mark() -> String { "600.\(UInt32.random(in: 1_000_000..<9_999_999))" }

  private static func left(_ mark: String) throws -> [Int32] {
    try ProcessTable.processesLeft(matching: "\0\(mark)\0")
  }

  @Test func `every process of a run has its identifier`() async throws {
    let run = RunID()
    let options = FleetOptions().with { $0.run = run }
    let commands = [
      Command.shell("echo $CONVOKE_RUN"), Command("printenv", "CONVOKE_RUN"),
      Command.shell("echo $CONVOKE_RUN$X").with { $0.environment = ["X": ""] },
    ]
    for command in commands {
      let report = await Fleet.local(2).run(command, options: options)
      #expect(report.results.map(\.result.stdout.text) == ["\(run)\n", "\(run)\n"])
      #expect(report.run == run)
    }
    let plain = await Command("sh", "-c", "echo ${CONVOKE_RUN-none}").run()
    #expect(
      plain.stdout.text == (ProcessInfo.processInfo.environment["CONVOKE_RUN"] ?? "none") + "\n"
    )
  }

  @Test func `what left its session is found by its run, and ended`() async throws {
    try await JobYard.withLocal { yard async throws in
      let mark = Self.mark()
      let (first, second) = (RunID(), RunID())
      let line =
        "setsid sleep \(mark) >/dev/null 2>&1 & setsid sh -c 'trap \"\" TERM; sleep \(mark); sleep \(mark)' >/dev/null 2>&1 &"
      for run in [first, second] {
        _ = await yard.fleet.run(line, options: yard.options.with { $0.run = run })
      }
      #expect(try await eventually { try Self.left(mark).count == 4 })
      let look = await yard.fleet.reap(runs: [first], isDryRun: true, options: yard.options)
      #expect(look.results[0].leftovers.map(\.run) == [first])
      #expect(look.results[0].leftovers.map(\.state) == [.found])
      #expect(look.results[0].leftovers[0].processes.contains { $0.command == "sleep \(mark)" })
      let report = await yard.fleet.reap(runs: [first], options: yard.options)
      #expect(report.isOK && report.results[0].leftovers.map(\.state) == [.ended])
      #expect(try Self.left(mark).count == 2)
      _ = await yard.fleet.reap(runs: [second], options: yard.options)
      #expect(try Self.left(mark).isEmpty)
      let again = await yard.fleet.reap(runs: [second], options: yard.options)
      #expect(again.isOK && again.results[0].leftovers.isEmpty)
    }
  }

  @Test func `a run that goes on is left alone unless it is named`() async throws {
    try await JobYard.withLocal { yard async throws in
      let mark = Self.mark()
      let run = RunID()
      let options = yard.options.with { $0.run = run }
      let task = Task { await yard.fleet.run("sleep \(mark); echo on", options: options) }
      #expect(try await eventually { try Self.left(mark).count == 1 })
      let report = await yard.fleet.reap(isDryRun: true, options: yard.options)
      let own = report.results[0].leftovers.filter { $0.run == run }
      #expect(own.map(\.state) == [.held])
      #expect(try Self.left(mark).count == 1)
      _ = await yard.fleet.reap(runs: [run], options: yard.options)
      #expect(try Self.left(mark).isEmpty)
      #expect(await task.value.results.count == 1)
    }
  }

  @Test func `jobs are left alone unless they are named, and have their outcome then`() async throws
  {
    try await JobYard.withLocal { yard async throws in
      let run = RunID()
      let line = "setsid sh -c 'sleep 60; :' & trap 'exit 3' TERM; while :; do sleep 0.1; done"
      let action = FleetAction.detach(.shell(line), as: yard.name)
      #expect(await yard.fleet.perform(action, options: yard.options.with { $0.run = run }).isOK)
      let kept = await yard.fleet.reap(runs: [run], options: yard.options).results[0].leftovers
      #expect(kept.map(\.state) == [.kept] && kept.map(\.job) == [yard.name.text])
      #expect(await yard.state() == .running)
      let report = await yard.fleet.reap(jobs: [yard.name], options: yard.options)
      #expect(report.results[0].leftovers.map(\.state) == [.ended])
      #expect(try await eventually { await yard.state() == .ended(.exited(3)) })
      #expect(try ProcessTable.processesLeft(matching: "n0/\(yard.name)").isEmpty)
      #expect(await yard.fleet.perform(action, options: yard.options.with { $0.run = run }).isOK)
    }
  }

  @Test func `the jobs of a run are ended with it where that is asked for`() async throws {
    try await JobYard.withLocal { yard async throws in
      let run = RunID()
      let action = FleetAction.detach(.shell("sleep 60; :"), as: yard.name)
      #expect(await yard.fleet.perform(action, options: yard.options.with { $0.run = run }).isOK)
      _ = await yard.fleet.reap(runs: [run], endsAllJobs: true, options: yard.options)
      #expect(try await eventually { await yard.state() == .ended(.signalled(.terminate)) })
    }
  }

  @Test func `the processes of others, and this very action, are not touched`() async throws {
    try await JobYard.withLocal { yard async throws in
      let mark = Self.mark()
      let run = RunID()
      let other = Command("setpriv", "--reuid", "65534", "--clear-groups", "sleep", mark).with {
        $0.environment = ["CONVOKE_RUN": run.rawValue]
      }
      try await other.start { process async throws in
        #expect(try await eventually { try Self.left(mark).count == 1 })
        let report = await yard.fleet.reap(runs: [run], options: yard.options)
        #expect(report.results[0].leftovers.isEmpty && process.isRunning)
        let own = yard.options.with { $0.run = run }
        let itself = await yard.fleet.reap(runs: [run], options: own)
        #expect(itself.isOK && itself.results[0].leftovers.isEmpty)
      }
    }
  }
}

/// Reaping all that is left, as a user of whom nobody else has processes.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ReapAllTests {
  @Test func `what nothing holds is ended, the rest is told`() async throws {
    let options = SSHFleet.Options { $0.user = "convoke-test-reap" }
    try await SSHFleet.withSSHFleet(hosts: 1, options: options) { testbed async throws in
      var settings = SSHSettings()
      settings.configFile = testbed.configFile
      let connections = SSHConnections(settings)
      let fleet = Fleet([Host("host-0001")], connections: connections)
      try await JobYard.with(fleet) { yard async throws in
        let runs = (0..<3).map { _ in RunID() }
        let options = runs.map { run in yard.options.with { $0.run = run } }
        let mark = "600.\(UInt32.random(in: 1_000_000..<9_999_999))"
        let left = { (count: Int) throws -> Bool in
          try ProcessTable.processesLeft(matching: "\0\(mark)\0").count == count
        }
        let orphan = "setsid sh -c 'sleep \(mark); :' >/dev/null 2>&1 </dev/null &"
        _ = await fleet.run(orphan, options: options[0])
        let job = FleetAction.detach(.shell("sleep \(mark); :"), as: yard.name)
        #expect(await fleet.perform(job, options: options[1]).isOK)
        let going = Task { await fleet.run("sleep \(mark); :", options: options[2]) }
        #expect(try await eventually { try left(3) })
        let states = { (isDryRun: Bool) async -> [RunID: Leftover.State] in
          let report = await fleet.reap(isDryRun: isDryRun, options: yard.options)
          return Dictionary(
            report.results[0].leftovers.map { ($0.run, $0.state) },
            uniquingKeysWith: { first, _ in first }
          )
        }
        let found = await states(true)
        #expect(found == [runs[0]: .found, runs[1]: .kept, runs[2]: .held])
        let reaped = await states(false)
        #expect(reaped == [runs[0]: .ended, runs[1]: .kept, runs[2]: .held])
        #expect(try left(2))
        #expect(await yard.state() == .running)
        going.cancel()
        _ = await going.value
      }
      await connections.close()
    }
  }
}
