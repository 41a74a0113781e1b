import ConvokeProcess
import Testing

@Suite struct OutputModeTests {
  private let convoke = ConvokeProgram()

  @Test(.timeLimit(.minutes(1)))
  func `several hosts have their lines labelled`() async {
    let run = await self.convoke.run("run", "-w", "local*4", "echo hello from {host}")
    #expect(run.status == 0)
    #expect(sortedLines(run.output) == (1...4).map { "local\($0): hello from local\($0)" })
    #expect(run.errors == "")
  }

  @Test(.timeLimit(.minutes(1)))
  func `standard error is labelled on standard error, and a last line gets its end`() async {
    let run = await self.convoke.run("run", "-w", "local*2", "printf '{rank}\\n\\377' >&2")
    #expect(run.output == "")
    #expect(run.errors.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 4)
    #expect(run.errors.contains("local2: 1\n"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `labels can be left out`() async {
    let run = await self.convoke.run("run", "-w", "local*2", "--no-label", "echo x")
    #expect(run.output == "x\nx\n")
  }

  @Test(.timeLimit(.minutes(1)))
  func `labels are coloured by stream`() async {
    let run = await self.convoke.run(
      "run",
      "-w",
      "local*2",
      "--color",
      "always",
      "test {rank} = 0 && echo x || echo y >&2"
    )
    #expect(run.output == "\u{1B}[34mlocal1:\u{1B}[0m x\n")
    #expect(run.errors == "\u{1B}[31mlocal2:\u{1B}[0m y\n")
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      (["CLICOLOR_FORCE": "1"], true), (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
      (["CLICOLOR_FORCE": "1", "CONVOKE_COLOR": "never"], false), ([:], false),
      (["CONVOKE_COLOR": "always", "NO_COLOR": "1"], true),
    ] as [([String: String], Bool)]
  )
  func `the environment says whether colours are used`(
    _ environment: [String: String],
    _ isOn: Bool
  ) async {
    let convoke = ConvokeProgram(environment: environment)
    let run = await convoke.run("run", "-w", "local*2", "echo x")
    #expect(run.output.contains("\u{1B}[") == isOn)
  }

  @Test(.timeLimit(.minutes(1)))
  func `only equal outputs with equal outcomes are folded`() async {
    let run = await self.convoke.run(
      "run",
      "-w",
      "local*5",
      "-b",
      "case {rank} in 1) echo other;; 3) echo same; exit 4;; *) echo same;; esac"
    )
    #expect(
      run.output == """
        local*[1,3,5] (3)
        same

        local*[2] (1)
        other

        local*[4] (1) exited with code 4
        same

        """
    )
    #expect(run.errors == "convoke: local*[4]: exited with code 4\n")
    #expect(run.status == 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `differences are shown against the largest group that succeeded`() async {
    let run = await self.convoke.run(
      "run",
      "-w",
      "local*4",
      "--diff",
      "echo a; case {rank} in 2) echo c;; *) echo b;; esac; test {rank} != 3"
    )
    #expect(
      run.output == """
        --- local*2 (2)
        +++ local*[3] (1)
        @@ -1,2 +1,2 @@
         a
        -b
        +c
        local*[4] (1): same output as local*2 (2), other outcome

        """
    )
    #expect(run.status == 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a single host passes its bytes on as they are`() async {
    let command = self.convoke.command(["run", "-w", "local", "printf 'a\\000\\377'; printf b >&2"])
    let result = await command.run()
    #expect(result.stdout.bytes == [97, 0, 255])
    #expect(result.stderr.text == "b")
    #expect(result.outcome == .exited(0))
  }
}
