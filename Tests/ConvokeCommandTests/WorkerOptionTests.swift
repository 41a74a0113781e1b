import ConvokeProcess
import Foundation
import Glibc
import Testbed
import Testing

/// The option `--worker`.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct WorkerOptionTests {
  private static func options(_ hosts: String, _ worker: String) throws -> [String] {
    ["-w", hosts, "--ssh-config", try SSHFleet.shared().configFile, "--worker", worker]
  }

  @Test(arguments: ["none", "python", "swift", "auto"])
  func `the output and the status are the same`(worker: String) async throws {
    let convoke = ConvokeProgram(
      environment: ["CONVOKE_WORKER": try StaticPrograms.worker()],
      input: .text("input\n")
    )
    let run = await convoke.run(
      ["run"] + (try Self.options("host-[0001-0004]", worker))
        + ["-b", "cat; echo err >&2; exit $(({rank} % 2))"]
    )
    #expect(
      run.output == """
        host-[0001,0003] (2)
        input

        host-[0002,0004] (2) exited with code 1
        input

        """,
      "\(run.errors)"
    )
    #expect(run.status == 1)
    #expect(!run.errors.contains("no worker"))
  }

  @Test func `a worker that a host cannot run is said, and the command goes on`() async throws {
    let convoke = ConvokeProgram(environment: ["CONVOKE_WORKER": "/bin/true"])
    let run = await convoke.run(["run"] + (try Self.options("host-0001", "swift")) + ["echo on"])
    #expect(run.output == "on\n")
    #expect(run.errors.hasPrefix("convoke: no worker on host-0001: "))
    #expect(run.errors.contains("/bin/true"))
    #expect(run.status == 0)
  }

  @Test func `a worker that is missing here is said once for all hosts`() async throws {
    let convoke = ConvokeProgram(environment: ["CONVOKE_WORKER": "/etc/passwd"])
    let hosts = try Self.options("host-[0001-0004]", "auto")
    let run = await convoke.run(["run", "-b"] + hosts + ["echo on"])
    #expect(run.output == "host-[0001-0004] (4)\non\n")
    #expect(
      run.errors == """
        convoke: no host gets a worker in Swift: the worker program /etc/passwd cannot be run: \
        Permission denied

        """
    )
    #expect(run.status == 0)
  }

  @Test func `an unknown kind is named`() async throws {
    let run = await ConvokeProgram().run("run", "-w", "local", "--worker", "perl", "true")
    #expect(run.status == 2)
    #expect(run.errors.contains("it must be one of auto, swift, python, none"))
    let variable = ConvokeProgram(environment: ["CONVOKE_WORKER_KIND": "perl"])
    #expect(await variable.run("run", "-w", "local", "true").status == 2)
  }

  @Test(arguments: ["python", "swift"])
  func `killed at once, it leaves nothing on the hosts`(worker: String) async throws {
    let mark = "worker-option-\(UUID())"
    let convoke = ConvokeProgram(environment: ["CONVOKE_WORKER": try StaticPrograms.worker()])
    let line = "setsid sleep 1000 & (setsid sleep 1000 &); sleep 1000"
    let command = convoke.command(
      ["run", "-e", "MARK=\(mark)"] + (try Self.options("host-[0001-0003]", worker)) + [line]
    )
    let process = command.launch()
    // Three on each host, for a shell may become its last command; and the program itself, whose
    // arguments have the mark.
    let hasStarted = try await eventually(within: .seconds(40)) {
      try ProcessTable.processesLeft(matching: mark).count >= 10
    }
    #expect(hasStarted)
    process.send(.kill)
    _ = try await process.wait(within: .seconds(20))
    let isGone = try await eventually(within: .seconds(20)) {
      try ProcessTable.processesLeft(matching: mark).isEmpty
    }
    #expect(isGone)
  }
}
