import ConvokeProcess
import Foundation
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct JobTests {
  @Test func `a job is waited for as if it had been run, and fetched once`() async throws {
    try await JobYard.withLocal(3) { yard async throws in
      try await yard.detach("echo {host}; echo no >&2; exit {rank}")
      let report = await yard.fleet.wait(for: yard.name, options: yard.options)
      #expect(report.results.map(\.outcome) == [.exited(0), .exited(1), .exited(2)])
      #expect(report.results.map(\.result.stdout.text) == ["n0\n", "n1\n", "n2\n"])
      #expect(report.results.map(\.result.stderr.text) == ["no\n", "no\n", "no\n"])
      #expect(report.results.allSatisfy { $0.jobs.isEmpty })
      let again = await yard.fleet.wait(for: yard.name, options: yard.options)
      #expect(
        again.results.map(\.outcome.failure?.kind) == [.jobMissing, .jobMissing, .jobMissing]
      )
    }
  }

  @Test func `what was asked for is on disk and told`() async throws {
    try await JobYard.withLocal { yard async throws in
      let run = RunID()
      let command = Command("sleep", "60").with { $0.deadline = .seconds(90) }
      let options = yard.options.with { $0.run = run }
      let started = await yard.fleet.perform(.detach(command, as: yard.name), options: options)
      #expect(started.run == run)
      let job = try #require(await yard.fleet.jobs(options: yard.options).results[0].jobs.first)
      #expect(job.name == yard.name.text && job.startedAs == "n0")
      #expect(job.state == .running && job.run == run && job.command == "sleep 60")
      #expect(job.deadline == .seconds(90) && !job.takesInput)
      #expect(job.processID == started.results[0].jobs.first?.processID)
      #expect(try await yard.file("n0", "job.json").contains("\"command\":\"sleep 60\""))
      let path = await yard.path("n0")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o700)
    }
  }

  @Test func `a name is refused the second time, and is not for another run to take`() async throws
  {
    try await JobYard.withLocal { yard async throws in
      let run = RunID()
      let options = yard.options.with { $0.run = run }
      let action = FleetAction.detach(.shell("sleep 60"), as: yard.name)
      #expect(await yard.fleet.perform(action, options: options).isOK)
      // The same run once more, as after a link that was lost with the answer.
      #expect(await yard.fleet.perform(action, options: options).isOK)
      let other = await yard.fleet.perform(action, options: yard.options)
      #expect(other.results[0].outcome.failure?.kind == .jobExists)
      let message = try #require(other.results[0].outcome.failure?.message)
      #expect(message == "n0: there is a job '\(yard.name)' already, of run \(run)")
    }
  }

  @Test func `of many that want a name at once one gets it`() async throws {
    try await JobYard.withLocal { yard async throws in
      let hosts = Array(repeating: Host("n0", transport: .local), count: 12)
      let report = await yard.fleet.with(hosts: hosts)
        .perform(.detach(.shell("echo {rank}; sleep 1"), as: yard.name), options: yard.options)
      #expect(report.successes.count == 1)
      #expect(report.failures.allSatisfy { $0.outcome.failure?.kind == .jobExists })
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      #expect(result.result.stdout.text == "\(report.successes[0].rank)\n")
    }
  }

  @Test func `directory, mask, niceness, variables and arguments are the command's`() async throws {
    try await JobYard.withLocal { yard async throws in
      let words = ["", "a b", "'", "$HOME", "*", "\u{e9}\u{301}", "a\nb", "-n"]
      let line = "pwd; umask; nice; printf '%s|' \"$A\" \"${LANG-none}\" \"$@\""
      let command = Command(arguments: ["sh", "-c", line, "sh"] + words).with {
        $0.environment = ["A": "x 'y'\n$z", "LANG": nil]
        $0.directory = "/usr/bin"
        $0.umask = 0o027
        $0.niceness = 5
      }
      try await yard.detach(command)
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      let text = "/usr/bin\n0027\n5\n" + (["x 'y'\n$z", "none"] + words).map { $0 + "|" }.joined()
      #expect(result.result.stdout.text == text, "\(result.outcome) \(result.result.stderr.text)")
    }
  }

  @Test func `what cannot be started is refused with its kind, and leaves no folder`() async throws
  {
    try await JobYard.withLocal { yard async throws in
      let commands: [(Command, Failure.Kind)] = [
        (Command("no-such-program-here"), .commandNotFound),
        (Command("/etc/passwd"), .permissionDenied),
        (Command("true").with { $0.directory = "/no/such" }, .directoryNotUsable),
        (Command("a\0b"), .spawnFailed),
        (Command("true").with { $0.terminal = PseudoTerminal() }, .spawnFailed),
      ]
      for (command, kind) in commands {
        let report = await yard.fleet.perform(
          .detach(command, as: yard.name),
          options: yard.options
        )
        #expect(report.results[0].outcome.failure?.kind == kind, "\(report.results[0].outcome)")
      }
      #expect(await yard.fleet.jobs(options: yard.options).results[0].jobs.isEmpty)
      let names = try FileManager.default.subpathsOfDirectory(atPath: yard.folder.path)
      #expect(names.allSatisfy { !$0.contains(yard.name.text) })
    }
  }

  @Test(arguments: ["", ".x", "-x", "a b", "a/b", "\u{e9}", String(repeating: "x", count: 65)])
  func `a text that is no name of a job says so`(_ text: String) {
    let error = #expect(throws: FleetError.self) { try JobName(text) }
    #expect(error?.code == .syntax)
    #expect(error?.message.hasPrefix("'\(text)' is not the name of a job") == true)
  }

  @Test func `the end by a signal, and one of its own, are told apart`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("kill -USR1 $$")
      #expect(
        await yard.fleet.wait(for: yard.name, options: yard.options).results[0].outcome
          == .signalled(.user1)
      )
      try await yard.detach("exit 255")
      #expect(
        await yard.fleet.wait(for: yard.name, options: yard.options).results[0].outcome
          == .exited(255)
      )
    }
  }

  @Test func `signals reach the whole group, and an ended job says so`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("trap 'echo got; exit 7' INT; while :; do sleep 0.1; done")
      let report = await yard.fleet.signal(.interrupt, job: yard.name, options: yard.options)
      try report.throwOnFailure()
      try await yard.waitUntilOver()
      let late = await yard.fleet.signal(.interrupt, job: yard.name, options: yard.options)
      #expect(late.results[0].outcome.failure?.kind == .jobState)
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      #expect(result.outcome == .exited(7))
      #expect(result.result.stdout.text == "got\n")
    }
  }

  @Test func `the deadline is kept with nobody there, to the last of the group`() async throws {
    try await JobYard.withLocal { yard async throws in
      let line = "trap '' TERM; (trap '' TERM; sleep 61; sleep 62) & echo on; sleep 63; sleep 64"
      let command = Command.shell(line).with {
        $0.deadline = .milliseconds(500)
        $0.termination = TerminationSequence([.init(.terminate, wait: .milliseconds(500))])
      }
      try await yard.detach(command)
      try await yard.waitUntilOver()
      #expect(try ProcessTable.processesLeft(matching: "n0/\(yard.name)").isEmpty)
      let result = await yard.fleet.wait(for: yard.name, options: yard.options).results[0]
      #expect(result.outcome == .timedOut)
      #expect(result.result.stdout.text == "on\n")
    }
  }

  @Test func `a job that failed is not waited for again`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("exit 3")
      let options = yard.options.with { $0.retries = RetryPolicy(3, on: [.exit, .connect]) }
      let result = await yard.fleet.wait(for: yard.name, options: options).results[0]
      #expect(result.outcome == .exited(3) && result.attemptCount == 1)
    }
  }

  @Test func `waiting has an end, and the job goes on after it`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("echo one; sleep 60")
      #expect(try await eventually { try await yard.file("n0", "stdout") == "one\n" })
      let limit = Duration.seconds(2)
      let report = await yard.fleet.wait(for: yard.name, within: limit, options: yard.options)
      #expect(report.status == .timedOut)
      #expect(report.results[0].result.stdout.text == "one\n")
      #expect(await yard.state() == .running)
    }
  }

  @Test func `cancelling ends the wait, not the job`() async throws {
    try await JobYard.withLocal { yard async throws in
      try await yard.detach("sleep 60")
      let task = Task { await yard.fleet.wait(for: yard.name, options: yard.options) }
      task.cancel()
      #expect(await task.value.status == .interrupted)
      #expect(await yard.state() == .running)
    }
  }
}
