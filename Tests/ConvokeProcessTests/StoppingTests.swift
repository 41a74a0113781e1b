import ConvokeProcess
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StoppingTests {
  @Test func `a deadline ends the whole group`() async throws {
    let command = Command.shell("sleep 300 & echo $!; sleep 300").with {
      $0.deadline = .milliseconds(200)
    }
    let result = await command.run()
    #expect(result.outcome == .timedOut)
    #expect(result.statistics.timedOut && result.statistics.wasKilled)
    let grandchild = try #require(Int32(result.stdout.trimmedText))
    #expect(isGone(grandchild))
  }

  @Test func `a group that ignores SIGTERM is killed`() async {
    let command = Command.shell("trap '' TERM; sleep 300").with {
      $0.deadline = .milliseconds(100)
      $0.termination = TerminationSequence([.init(.terminate, wait: .milliseconds(100))])
    }
    let result = await command.run()
    #expect(result.outcome == .timedOut)
    #expect(result.statistics.wasForced)
  }

  @Test func `a grandchild that ignores SIGTERM does not survive its parent`() async throws {
    let command = Command.shell("(trap '' TERM; exec sleep 300) & echo $!; exec sleep 300").with {
      $0.deadline = .milliseconds(200)
      $0.termination = TerminationSequence([.init(.terminate, wait: .milliseconds(200))])
    }
    let result = await command.run()
    let grandchild = try #require(Int32(result.stdout.trimmedText))
    #expect(isGone(grandchild))
  }

  @Test func `a stopped process is ended too`() async {
    let command = Command.shell("kill -STOP $$; sleep 300").with {
      $0.deadline = .milliseconds(200)
    }
    #expect(await command.run().outcome == .timedOut)
  }

  @Test func `cancelling the task ends the process`() async throws {
    let task = Task { await Command("sleep", "300").run() }
    task.cancel()
    let result = await task.value
    #expect(result.outcome == .cancelled)
    if let id = result.statistics.processID { #expect(isGone(id)) }
  }

  @Test func `leaving the scope ends the process`() async throws {
    let id = try await Command("sleep", "300").start { process in
      await process.waitUntilStarted()
      return process.id
    }
    #expect(isGone(try #require(id)))
  }

  @Test func `killing twice and writing afterwards is harmless`() async throws {
    let process = Command("cat").launch()
    try await process.write("x")
    process.send(.terminate)
    process.send(.terminate)
    let result = try await process.wait()
    #expect(result.outcome == .signalled(.terminate))
    #expect(result.isOK)
    let error = await #expect(throws: ProcessError.self) { try await process.write("y") }
    #expect(error?.code == .inputClosed)
  }

  @Test func `a signal that ends nothing changes nothing`() async throws {
    let process = Command.shell("trap 'exit 7' USR1; echo ready; while :; do sleep 0.01; done")
      .launch()
    try await process.expect("ready", within: .seconds(10))
    process.send(.user1)
    let result = try await process.wait()
    #expect(result.outcome == .exited(7))
    #expect(!result.isOK)
  }

  @Test func `a wait ends at its limit, and the process goes on`() async throws {
    try await Command("sleep", "300").start { process in
      let error = await #expect(throws: ProcessError.self) {
        try await process.wait(within: .milliseconds(50))
      }
      #expect(error?.code == .waitTimedOut)
      #expect(process.isRunning)
    }
  }
}

private func isGone(_ id: Int32) -> Bool {
  // A zombie that its new parent has not reaped yet is gone too.
  kill(id, 0) == -1 || zombie(id)
}

private func zombie(_ id: Int32) -> Bool {
  guard let file = unsafe fopen("/proc/\(id)/stat", "r") else { return true }
  defer { unsafe fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  guard unsafe fgets(&line, 512, file) != nil else { return true }
  return line.map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: ")")).last?.dropFirst()
    .first
    == UInt8(ascii: "Z")
}
