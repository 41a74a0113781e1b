import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite struct RunningTests {
  private let convoke = ConvokeProgram()

  @Test(.timeLimit(.minutes(1)))
  func `a gigabyte goes through little memory`() async throws {
    let line = "head -c 1000000000 /dev/zero"
    let command = self.convoke.command(["run", "-w", "local", line])
    let (result, peak) = try await PeakMemory.measure(command.with { $0.stdout = .discard })
    #expect(result.stdout.count == 1_000_000_000)
    #expect(result.outcome == .exited(0))
    #expect(peak < 100 << 20)
  }

  @Test(.timeLimit(.minutes(1)))
  func `input goes to all hosts, also to those that begin later`() async {
    let text = String(repeating: "0123456789abcdef\n", count: 100_000)
    let convoke = ConvokeProgram(input: .text(text))
    let run = await convoke.run("run", "-w", "local*5", "-f", "2", "-b", "cat | md5sum; echo {{x}}")
    #expect(run.output.hasPrefix("local*5 (5)\n"))
    #expect(run.status == 0)
  }

  @Test(.timeLimit(.minutes(1)))
  func `who does not read the input has not failed by that`() async {
    let convoke = ConvokeProgram(input: .text(String(repeating: "y\n", count: 1_000_000)))
    let run = await convoke.run("run", "-w", "local*3", "-b", "head -1")
    #expect(run == ConvokeProgram.Run(status: 0, output: "local*3 (3)\ny\n", errors: ""))
  }

  @Test(.timeLimit(.minutes(1)))
  func `an input that stays open keeps nobody waiting`() async throws {
    let command = self.convoke.command(["run", "-w", "local*3", "-b", "echo done"])
    let result = try await command.with { $0.input = .stream }.start { process in
      try await process.wait(within: .seconds(40))
    }
    #expect(result.stdout.text == "local*3 (3)\ndone\n")
  }

  @Test(.timeLimit(.minutes(1)))
  func `no input is passed on when that is not wanted`() async {
    let convoke = ConvokeProgram(input: .text("x\n"))
    let run = await convoke.run("run", "-w", "local", "-n", "wc -c")
    #expect(run.output == "0\n")
  }

  @Test(.timeLimit(.minutes(1)))
  func `a dry run shows the commands and runs nothing`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(component: "made").path
      let run = await self.convoke.run(
        "run",
        "-w",
        "local*2",
        "--dry-run",
        "--chdir",
        "/tmp",
        "--env",
        "A=b c",
        "--umask",
        "022",
        "touch \(file).{host}"
      )
      #expect(
        run.output == """
          # hosts: local*2 (2)
          # at a time: 64
          local1: on this machine
            cd /tmp && umask 22 && export A='b c'; touch \(file).local1
          local2: on this machine
            cd /tmp && umask 22 && export A='b c'; touch \(file).local2

          """
      )
      let made = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(made.isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `surroundings of the command are set`() async {
    let run = await self.convoke.run(
      "run",
      "-w",
      "local",
      "--chdir",
      "/usr",
      "-e",
      "A=b c",
      "--umask",
      "027",
      "--nice",
      "5",
      "pwd; echo $A; umask; nice"
    )
    #expect(run.output == "/usr\nb c\n0027\n5\n")
  }

  @Test(.timeLimit(.minutes(1)))
  func `values are dealt out to the hosts`() async {
    let run = await self.convoke.run(
      "run",
      "-w",
      "local*3",
      "--values",
      "x=a b,c",
      "--no-label",
      "-f",
      "1",
      "echo {x} {rank}"
    )
    #expect(run.output == "a b 0\nc 1\na b 2\n")
  }

  @Test(.timeLimit(.minutes(1)))
  func `words after argv meet no shell`() async {
    let run = await self.convoke.run(
      "run",
      "-w",
      "local",
      "--argv",
      "--",
      "printf",
      "%s\\n",
      "$HOME *"
    )
    #expect(run.output == "$HOME *\n")
  }

  @Test(.timeLimit(.minutes(1)))
  func `a recorded run is reported, and its failures are run again`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let path = folder.appending(component: "out").path
      let first = await self.convoke.run(
        "run",
        "-w",
        "local*4",
        "--save",
        path,
        "test {rank} -lt 2"
      )
      #expect(first.status == 1)
      let report = await self.convoke.run("report", path)
      #expect(report.status == 1)
      let lines = report.output.split(separator: "\n").dropFirst()
      #expect(
        Array(lines) == ["  succeeded: local*2 (2)", "  exited with code 1: local*[3-4] (2)"]
      )
      let again = await self.convoke.run(
        "run",
        "--rerun",
        "failed",
        "--from",
        path,
        "-b",
        "echo again"
      )
      #expect(again.output == "local*[3-4] (2)\nagain\n")
    }
  }
}
