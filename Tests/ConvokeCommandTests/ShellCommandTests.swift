import ConvokeProcess
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ShellCommandTests {
  private func shell(_ input: String) async -> ConvokeProgram.Run {
    await ConvokeProgram(input: .text(input)).run("shell", "popen")
  }

  @Test func `lines of a pipe are run without prompts`() async {
    let run = await self.shell("x = 20\nfor i in range(2):\n    print(i + x)\n\nx + 1")
    #expect(run == ConvokeProgram.Run(status: 0, output: "20\n21\n21\n", errors: ""))
  }

  @Test func `an error is shown and the prompt goes on`() async {
    let run = await self.shell("1/0\nprint('still here')\n")
    #expect(run.output == "still here\n")
    #expect(run.errors.contains("ZeroDivisionError"))
    #expect(run.status == 0)
  }

  @Test func `exit gives the status`() async {
    #expect(await self.shell("import sys\nsys.exit(7)\nprint('no')\n").status == 7)
    #expect(await self.shell("exit()\n").status == 0)
  }

  @Test func `a worker that is not there is an error`() async {
    let run = await ConvokeProgram().run("shell", "popen//python=no-such-python")
    #expect(run.status == 1)
    #expect(run.errors.contains("no-such-python"))
    #expect(await ConvokeProgram().run("shell", "popen*2").status == 2)
  }

  @Test func `an interrupt ends the statement, not the shell`() async throws {
    let command = ConvokeProgram().command(["shell", "popen"]).with { $0.input = .stream }
    let result = try await command.start { process in
      var lines = process.lines(of: .stdout).makeAsyncIterator()
      try await process.write("import time\nprint('begun'); time.sleep(60)\n")
      #expect(await lines.next()?.text == "begun")
      // The sleep begins a moment after the text was sent.
      try await Task.sleep(for: .milliseconds(300))
      process.send(.interrupt)
      try await process.write("print('alive')\n")
      #expect(await lines.next()?.text == "alive")
      await process.closeInput()
      return try await process.wait()
    }
    #expect(result.outcome == .exited(0))
    #expect(result.stderr.text.contains("KeyboardInterrupt"))
  }

  @Test func `a terminal gets prompts`() async throws {
    let command = ConvokeProgram().command(["shell", "popen"]).with {
      $0.input = .stream
      $0.terminal = PseudoTerminal()
    }
    let result = try await command.start { process in
      try await process.write("1 + 1\n\u{4}")
      return try await process.wait(within: .seconds(30))
    }
    #expect(result.outcome == .exited(0))
    #expect(result.stdout.text.contains(">>> ") && result.stdout.text.contains("2"))
  }
}
