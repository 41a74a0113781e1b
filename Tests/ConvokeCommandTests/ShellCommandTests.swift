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

  // MARK: - Node

  private static let node = "local//javascript=node"

  private func node(_ input: String) async -> ConvokeProgram.Run {
    await ConvokeProgram(input: .text(input)).run("shell", Self.node)
  }

  @Test func `lines for Node are run one after the other, those that wait too`() async {
    let run = await self.node(
      """
      const x = 20
      for (let i = 0; i < 2; i++) {
        console.log(i + x)
      }
      await new Promise(resolve => setTimeout(() => resolve('late'), 200))
      require('os').EOL
      console.error('bad')

      """
    )
    let output = "20\n21\n'late'\n'\\n'\n"
    #expect(run == ConvokeProgram.Run(status: 0, output: output, errors: "bad\n"))
  }

  @Test func `an error of Node is shown and the prompt goes on`() async {
    let run = await self.node("nobody\nx x\nthrow new Error('mine')\n1 + 1\n")
    #expect(run.output == "2\n")
    #expect(run.errors.contains("ReferenceError: nobody"))
    #expect(run.errors.contains("SyntaxError") && run.errors.contains("Error: mine"))
    #expect(run.status == 0)
  }

  @Test func `exit of Node gives the status`() async {
    let run = await self.node("console.log(1)\nprocess.exit(7)\nconsole.log(2)\n")
    #expect(run == ConvokeProgram.Run(status: 7, output: "1\n", errors: ""))
    #expect(await self.node(".exit\n") == ConvokeProgram.Run(status: 0, output: "", errors: ""))
    #expect(await self.node("function f() {\n").status == 0)
  }

  @Test func `an interrupt ends what Node runs or waits for, not the shell`() async throws {
    let command = ConvokeProgram().command(["shell", Self.node]).with { $0.input = .stream }
    let result = try await command.start { process in
      var lines = process.lines(of: .stdout).makeAsyncIterator()
      let works = [
        "for (;;);", "for (let n = 0;; n++) if (n < 2000) console.log('more')",
        "await new Promise(() => {})",
      ]
      for work in works {
        try await process.write("console.log('begun'); \(work)\n")
        #expect(await lines.next()?.text == "begun")
        process.send(.interrupt)
        try await process.write("console.log('alive')\n")
        var line = await lines.next()?.text
        while line == "more" { line = await lines.next()?.text }
        #expect(line == "alive")
      }
      await process.closeInput()
      return try await process.wait()
    }
    #expect(result.outcome == .exited(0))
    #expect(result.stderr.text == "Interrupted\nInterrupted\nInterrupted\n")
  }

  @Test func `a terminal gets prompts of Node, too`() async throws {
    let command = ConvokeProgram().command(["shell", Self.node]).with {
      $0.input = .stream
      $0.terminal = PseudoTerminal()
    }
    let result = try await command.start { process in
      try await process.write("[1,\n2].length * 21\n\u{4}")
      return try await process.wait(within: .seconds(30))
    }
    #expect(result.outcome == .exited(0))
    let text = result.stdout.text
    #expect(text.contains(">>> ") && text.contains("... ") && text.contains("42"))
  }
}
