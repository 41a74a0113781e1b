import ConvokeProcess
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExpectTests {
  @Test func `a dialogue goes back and forth`() async throws {
    let answer = try await Command("python3", "-i", "-q").start { process in
      try await process.write("6*7\n")
      return try await process.expect(/\d+/, within: .seconds(20)).text
    }
    #expect(answer == "42")
  }

  @Test func `the first place wins, and each search goes on after the last match`() async throws {
    try await Command.shell("echo one two three one; cat").start { process in
      let first = try await process.expect("three", "two", within: .seconds(10))
      #expect((first.index, first.before) == (1, "one "))
      let second = try await process.expect(.matching(/o(n)e/), within: .seconds(10))
      #expect(second.groups == ["n"])
      #expect(second.before == " three ")
    }
  }

  @Test func `a limit of zero looks and does not wait`() async throws {
    try await Command("cat").start { process in
      let error = await #expect(throws: ProcessError.self) {
        try await process.expect("never", within: .zero)
      }
      #expect(error?.code == .expectTimedOut)
    }
  }

  @Test func `a limit ends the wait`() async throws {
    try await Command("cat").start { process in
      let error = await #expect(throws: ProcessError.self) {
        try await process.expect("never", within: .milliseconds(50))
      }
      #expect(error?.code == .expectTimedOut)
    }
  }

  @Test func `the end of the output ends the wait, and can be an answer`() async throws {
    try await Command.shell("echo bye").start { process in
      let end = try await process.expect("never", .endOfFile, within: nil)
      #expect(end.isEndOfFile)
      #expect(end.before == "bye\n")
      let error = await #expect(throws: ProcessError.self) {
        try await process.expect("never", within: nil)
      }
      #expect(error?.code == .endOfOutput)
    }
  }

  @Test func `many processes can be watched together`() async throws {
    try await Command.shell("sleep 30").start { slow in
      try await Command.shell("echo ready >&2; sleep 30").start { quick in
        let sources = [ExpectSource(slow), ExpectSource(quick, .stderr)]
        let match = try await expectFirst(of: ["ready"], in: sources, within: .seconds(10))
        #expect(match.source == 1)
      }
    }
  }

  @Test func `bytes that are no text do not shift the search`() async throws {
    try await Command.shell(#"printf '\377\376a1\377b2'; cat"#).start { process in
      try await process.expect("a1", within: .seconds(10))
      let second = try await process.expect("b2", within: .seconds(10))
      #expect(second.before == "\u{FFFD}")
    }
  }

  @Test func `cancelling the task ends the search`() async throws {
    let task = Task {
      try await Command("cat").start { try await $0.expect("never", within: nil) }
    }
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
  }
}
