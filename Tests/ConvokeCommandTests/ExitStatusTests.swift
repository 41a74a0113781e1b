import ConvokeProcess
import Testbed
import Testing

@Suite struct ExitStatusTests {
  private let convoke = ConvokeProgram()

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("true", 0), ("exit 7", 7), ("kill -9 $$", 137), ("no-such-program-here 2>&-", 127),
    ] as [(String, Int32)]
  )
  func `a single host gives its own status`(_ line: String, _ status: Int32) async {
    let run = await self.convoke.run("run", "-w", "local", line)
    #expect(run == ConvokeProgram.Run(status: status, output: "", errors: ""))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a program that does not exist gives 127 without a shell, too`() async {
    let run = await self.convoke.run("run", "-w", "local", "--argv", "--", "no-such-program-here")
    #expect(run.status == 127)
    #expect(run.errors.hasPrefix("convoke: local: not run: "))
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      (["true"], 0), (["test {rank} = 0"], 1), (["-t", "0.2", "sleep 9"], 4),
      (["--stop", "soon:fail=1", "-f", "1", "false"], 5),
    ] as [([String], Int32)]
  )
  func `several hosts give the worst class`(_ arguments: [String], _ status: Int32) async {
    let run = await self.convoke.run(["run", "-w", "local*3"] + arguments)
    #expect(run.status == status)
  }

  @Test(.timeLimit(.minutes(1)))
  func `failures are summed up by host set`() async {
    let run = await self.convoke.run("run", "-w", "local*5", "exit $(({rank} / 2))")
    #expect(
      sortedLines(run.errors) == [
        "convoke: local*[3-4]: exited with code 1", "convoke: local*[5]: exited with code 2",
      ]
    )
  }

  @Test(.timeLimit(.minutes(1)))
  func `nothing is summed up when that is not wanted`() async {
    let run = await self.convoke.run("run", "-w", "local*5", "-q", "false")
    #expect(run == ConvokeProgram.Run(status: 1, output: "", errors: ""))
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      (["-f", "0", "true"], "'0' is invalid for '-f <number>'"),
      (["--timeout", "soon", "true"], "'soon' is invalid for '--timeout <duration>'"),
      (["--fanot", "3", "true"], "unknown option '--fanot'"),
      (["--stop", "later", "true"], "--stop: 'later'"),
      (["--retry-on", "rain", "true"], "'rain' is none of connect"),
      (["--env", "x", "true"], "--env 'x' must be written as NAME=VALUE"),
      (["--batch-size", "0%", "true"], "--batch-size: '0%'"),
      (["-b", "--json", "true"], "--fold and --json cannot be used together"),
      (["-w", "n[1-", "true"], "--hosts: "),
      (["-x", "local*3", "true"], "--exclude leaves no host over"),
      (["--rerun", "failed", "true"], "--rerun needs --from"),
      ([], "no command is given"),
    ] as [([String], String)]
  )
  func `wrong usage names the option and the value`(
    _ arguments: [String],
    _ words: String
  ) async {
    let run = await self.convoke.run(["run", "-w", "local*3"] + arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test(.timeLimit(.minutes(1)))
  func `an output that cannot be written is an error`() async {
    let line = "'\(Tool.convoke)' run -w 'local*2' -n 'echo x' >/dev/full"
    let run = ConvokeProgram.run(await Command.shell(line).run())
    #expect(run.status == 6)
    #expect(
      run.errors.hasPrefix("convoke: cannot write to standard output: No space left on device\n")
    )
  }

  @Test(.timeLimit(.minutes(1)))
  func `a call without hosts is wrong usage`() async {
    let run = await self.convoke.run("run", "true")
    #expect(run.status == 2)
    #expect(
      run.errors == "convoke: no hosts are given; name them with -w, for instance -w 'node[1-4]'\n"
    )
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["run", "put", "get", "ping", "doctor", "hosts", "report", "completions"]
  )
  func `every command has help`(_ name: String) async {
    let run = await self.convoke.run(name, "--help")
    #expect(run.status == 0)
    #expect(run.output.contains("USAGE: convoke \(name)"))
    #expect(run.errors == "")
  }
}
