import ConvokeProcess
import Foundation
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct JobLogTests {
  @Test func `what is there can be read, from any line and of any stream`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("seq 5; seq 11 15 >&2; exec sleep 60")
      #expect(try await eventually { try await yard.file("n0", "stderr").hasSuffix("15\n") })
      let all = await yard.fleet.logs(of: yard.name, options: yard.options).results[0]
      #expect(all.result.stdout.text == "1\n2\n3\n4\n5\n" && all.outcome == .exited(0))
      #expect(all.result.stderr.text == "11\n12\n13\n14\n15\n")
      let log = JobLogOptions().with { log in
        log.tail = 2
        log.streams = [.stderr]
      }
      let some = await yard.fleet.logs(of: yard.name, log: log, options: yard.options).results[0]
      #expect(some.result.stderr.text == "14\n15\n" && some.result.stdout.count == 0)
      let none = log.with { $0.tail = 0 }
      let last = await yard.fleet.logs(of: yard.name, log: none, options: yard.options).results[0]
      #expect(last.result.stderr.count == 0)
    }
  }

  @Test func `following ends with the job, and has its outcome`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("for i in 1 2 3; do echo $i; sleep 0.2; done; exit 4")
      let log = JobLogOptions().with { $0.follows = true }
      let result = await yard.fleet.logs(of: yard.name, log: log, options: yard.options).results[0]
      #expect(result.outcome == .exited(4))
      #expect(result.result.stdout.text == "1\n2\n3\n")
      // The folder is still there.
      #expect(await yard.state() == .ended(.exited(4)))
    }
  }

  @Test func `output of 50 MB in any bytes is fetched whole and once`() async throws {
    try await JobYard.withLocal { yard async throws in
      let line =
        "head -c 50000000 /dev/urandom | tee \(yard.folder.path)/copy; printf 'a\\000\\377' >&2"
      try await yard.detach(line)
      let target = yard.folder.appending(component: "save").path
      let journal = try FleetJournal(path: target)
      let options = yard.options.with { options in
        options.journal = journal
        options.keepOutput = .init(head: 10, tail: 10)
      }
      let result = await yard.fleet.wait(for: yard.name, options: options).results[0]
      #expect(result.outcome == .exited(0))
      #expect(result.result.stdout.count == 50_000_000)
      #expect(result.result.stderr.bytes == [97, 0, 255])
      let check = Command("cmp", "\(yard.folder.path)/copy", "\(target)/hosts/n0/stdout")
      #expect(await check.run().outcome == .exited(0))
      #expect(await yard.fleet.jobs(options: yard.options).results[0].jobs.isEmpty)
    }
  }

  @Test(arguments: ["(while sleep 0.01; do echo more; done) &", "sleep 1000 &"])
  func `a folder stays while something that the job has left may still write`(
    line: String
  ) async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("\(line) echo done")
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      #expect(result.outcome == .exited(0))
      #expect(result.jobs.first?.state == .ended(.exited(0)))
      #expect(await yard.fleet.jobs(options: yard.options).results[0].jobs.count == 1)
    }
  }

  @Test func `what a job has left in peace does not keep its folder`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("sleep 1000 >/dev/null 2>&1 & echo done")
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      #expect(result.outcome == .exited(0))
      #expect(result.result.stdout.text == "done\n")
      #expect(await yard.fleet.jobs(options: yard.options).results[0].jobs.isEmpty)
    }
  }

  @Test func `a job that is not there is told by name`() async throws {
    try await JobYard.withLocal { yard async throws in
      for report in [
        await yard.fleet.logs(of: yard.name, options: yard.options),
        await yard.fleet.wait(for: yard.name, options: yard.options),
        await yard.fleet.jobs(named: yard.name, options: yard.options),
        await yard.fleet.signal(.terminate, job: yard.name, options: yard.options),
        await yard.fleet.pruneJobs(named: yard.name, options: yard.options),
      ] {
        let failure = report.results[0].outcome.failure
        #expect(failure?.kind == .jobMissing)
        #expect(failure?.message == "n0: there is no job '\(yard.name)'")
      }
    }
  }

  @Test func `input is written to a job that takes it, until it is ended`() async throws {
    try await JobYard.withLocal { yard async throws in
      let command = Command.shell("while read -r x; do echo \"got $x\"; done; echo end").with {
        $0.input = .stream
      }
      try await yard.detach(command)
      let first = FleetAction.attach(to: yard.name) { send in
        // What cannot be sent is missed below.
        try? await send(Array("one\n".utf8))
      }
      let attached = Task { await yard.fleet.perform(first, options: yard.options) }
      #expect(try await eventually { try await yard.file("n0", "stdout") == "got one\n" })
      attached.cancel()
      #expect(await attached.value.status == .interrupted)
      let last = FleetAction.attach(to: yard.name, endsInput: true) { send in
        try? await send(Array("two\n".utf8))
      }
      let result = await yard.fleet.perform(last, options: yard.options).results[0]
      #expect(result.outcome == .exited(0))
      #expect(result.result.stdout.text == "got one\ngot two\nend\n")
    }
  }

  @Test func `a job without input refuses it`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("sleep 60")
      let action = FleetAction.attach(to: yard.name) { _ in }
      let report = await yard.fleet.perform(action, options: yard.options)
      #expect(
        report.results[0].outcome.failure?.message == "n0: the job '\(yard.name)' reads no input"
      )
    }
  }

  @Test func `a host under another name finds the jobs of its machine`() async throws {
    try await JobYard.withLocal(2) { yard async throws in
      try await yard.detach("echo {host}")
      try await yard.waitUntilOver()
      let other = yard.fleet.with(hosts: [Host("alias", transport: .local)])
      let jobs = await other.jobs(options: yard.options).results[0].jobs
      #expect(jobs.map(\.startedAs) == ["n0", "n1"])
      let unclear = await other.wait(for: yard.name, options: yard.options).results[0]
      #expect(unclear.outcome.failure?.message.hasSuffix("names of the host: n0, n1") == true)
      let pair = yard.fleet.with(hosts: [yard.fleet.hosts[0]] + other.hosts)
      let report = await pair.wait(for: yard.name, options: yard.options)
      #expect(report.results.map(\.result.stdout.text) == ["n0\n", "n1\n"])
    }
  }
}
