import ConvokeProcess
import Foundation
import Testbed
import Testing

/// The commands about jobs, as users call them.
@Suite(.timeLimit(.minutes(1))) struct JobCommandTests {
  @Test func `a job is started, shown, read and waited for`() async throws {
    try await JobProgram.with { jobs async throws in
      let start = await jobs.run(
        ["run", "--detach", "--name", "bench", "-w", "local*3"],
        "echo {host}; echo e >&2; exit {rank}"
      )
      #expect(start.status == 0, "\(start.errors)")
      let run = try #require(start.output.firstMatch(of: /run ([a-z0-9]{10})\n/)?.1)
      #expect(start.output == "bench: started on local*3 (3), run \(run)\n")
      let isOver = try await eventually(within: .seconds(20)) {
        await jobs.run(["jobs", "-w", "local*3"]).output.contains("running") == false
      }
      #expect(isOver)
      let table = await jobs.run(["jobs", "-w", "local*3", "bench"]).output.split(separator: "\n")
      #expect(table.count == 4)
      #expect(
        table[0].split(separator: " ").joined(separator: " ")
          == "HOSTS NAME STATE SINCE END COMMAND"
      )
      #expect(table[1].hasPrefix("local1") && table[1].contains("bench  ended  20"))
      #expect(table[3].hasSuffix(" 2    echo {host}; echo e >&2; exit {rank}"))
      let logs = await jobs.run(["logs", "-w", "local*3", "--stdout", "bench"])
      #expect(sortedLines(logs.output) == ["local1: local1", "local2: local2", "local3: local3"])
      #expect(logs.status == 0 && logs.errors == "")
      let wait = await jobs.run(["wait", "-w", "local*3", "-b", "bench"])
      #expect(wait.status == 1)
      #expect(
        wait.output.hasPrefix("local*1 (1)\nlocal1\n\nlocal*[2] (1) exited with code 1\n")
      )
      let gone = await jobs.run(["wait", "-w", "local*3", "bench"])
      #expect(gone.status == 1)
      #expect(
        gone.errors
          == "convoke: local*3: not run: there is no job 'bench'; convoke jobs shows those that there are\n"
      )
    }
  }

  @Test func `a single host passes on bytes and status, as run does`() async throws {
    try await JobProgram.with { jobs async throws in
      let line = "printf 'a\\000\\377'; echo b >&2; exit 9"
      _ = await jobs.run(["run", "--detach", "--name", "one", "-w", "local"], line)
      let result = await jobs.command(["logs", "-f", "-w", "local", "one"]).run()
      #expect(result.stdout.bytes == [97, 0, 255])
      #expect(result.stderr.text == "b\n" && result.outcome == .exited(9))
      let kept = await jobs.command(["wait", "--keep", "-w", "local", "one"]).run()
      #expect(kept.stdout.bytes == [97, 0, 255] && kept.outcome == .exited(9))
      let wait = await jobs.command(["wait", "-w", "local", "one"]).run()
      #expect(wait.stdout.bytes == [97, 0, 255] && wait.outcome == .exited(9))
    }
  }

  @Test func `what cannot be is said in one sentence`() async throws {
    try await JobProgram.with { jobs async throws in
      let cases: [([String], Int32, String)] = [
        (["run", "--name", "x", "-w", "local", "true"], 2, "--name needs --detach"),
        (
          ["run", "--detach", "--name", "a b", "-w", "local", "true"], 2,
          "'a b' is not the name of a job"
        ),
        (["run", "--detach", "--pty", "-w", "local", "true"], 2, "leave --pty out"),
        (["signal", "-w", "local", "x", "NONE"], 2, "'NONE' is not a signal"),
        (["signal", "-w", "local", "x", "TERM"], 1, "there is no job 'x'"),
        (["reap", "--run", "X!", "-w", "local"], 2, "'X!': that is not the identifier of a run"),
        (["reap", "-w", "local", "x"], 1, "there is no job 'x'"),
        (["jobs", "-w", "local", "x"], 1, "there is no job 'x'"),
        (["attach", "-w", "local", "x"], 1, "there is no job 'x'"),
      ]
      for (arguments, status, words) in cases {
        let run = await jobs.run(arguments)
        #expect(run.status == status, "\(arguments) \(run)")
        #expect(run.errors.contains(words), "\(arguments) \(run.errors)")
      }
      #expect(
        await jobs.run(["jobs", "-w", "local*2"]) == .init(status: 0, output: "", errors: "")
      )
    }
  }

  @Test func `a name is taken once, and is free again after pruning`() async throws {
    try await JobProgram.with { jobs async throws in
      let start = ["run", "--detach", "--name", "n", "-w", "local"]
      #expect(await jobs.run(start, "true").status == 0)
      #expect(
        try await eventually { await jobs.run(["jobs", "-w", "local"]).output.contains("ended") }
      )
      let again = await jobs.run(start, "true")
      #expect(again.status == 1)
      #expect(again.errors.contains("there is a job 'n' already, of run "))
      let prune = await jobs.run(["jobs", "--prune", "-w", "local"])
      #expect(prune.output.hasPrefix("n: removed on local (1), run "))
      #expect(await jobs.run(start, "sleep 60").status == 0)
      let busy = await jobs.run(["jobs", "--prune", "-w", "local", "n"])
      #expect(busy.status == 1 && busy.errors.contains("the job 'n' still runs"))
    }
  }

  @Test func `waiting has an end, and Ctrl-C leaves the job alone`() async throws {
    try await JobProgram.with { jobs async throws in
      _ = await jobs.run(
        ["run", "--detach", "--name", "long", "-w", "local*2"],
        "echo on; sleep 60"
      )
      let wait = await jobs.run(["wait", "-t", "2", "-w", "local*2", "long"])
      #expect(wait.status == 4)
      #expect(sortedLines(wait.output) == ["local1: on", "local2: on"])
      try await jobs.command(["logs", "-f", "-w", "local*2", "long"]).start { process in
        _ = try await process.expect("local2: on", within: .seconds(20))
        process.send(.interrupt)
        let run = ConvokeProgram.run(try await process.wait(within: .seconds(20)))
        #expect(run.status == 130)
        #expect(run.errors == "convoke: reading has ended; 'long' goes on\n")
      }
      #expect(await jobs.run(["jobs", "-w", "local*2"]).output.contains("running"))
    }
  }

  @Test func `the time limit of a job is kept by its host`() async throws {
    try await JobProgram.with { jobs async throws in
      _ = await jobs.run(
        ["run", "--detach", "--name", "t", "-t", "0.5", "-w", "local"],
        "sleep 60"
      )
      let wait = await jobs.run(["wait", "-w", "local", "t"])
      #expect(wait.status == 4 && wait.errors == "convoke: local: timed out\n")
    }
  }

  @Test func `input is passed on to a job that takes it`() async throws {
    try await JobProgram.with { jobs async throws in
      let line = "while read -r x; do echo \"got $x\"; done; echo end; exit 3"
      _ = await jobs.run(["run", "--detach", "--stdin", "--name", "in", "-w", "local"], line)
      var first = jobs
      first.program.input = .text("one\n")
      try await first.command(["attach", "-w", "local", "in"]).start { process in
        _ = try await process.expect("got one", within: .seconds(20))
        process.send(.interrupt)
        let run = ConvokeProgram.run(try await process.wait(within: .seconds(20)))
        #expect(run.errors == "convoke: detached; 'in' goes on\n" && run.status == 130)
      }
      var last = jobs
      last.program.input = .text("two\n")
      let run = await last.run(["attach", "--end-input", "--tail", "9", "-w", "local", "in"])
      #expect(run.output == "got one\ngot two\nend\n")
      #expect(run.status == 3)
    }
  }

  @Test func `a signal and an end are sent to all of a job`() async throws {
    try await JobProgram.with { jobs async throws in
      let line = "trap 'echo usr' USR1; echo up; while :; do sleep 0.1; done"
      _ = await jobs.run(["run", "--detach", "--name", "s", "-w", "local*2"], line)
      let isUp = try await eventually(within: .seconds(20)) {
        await jobs.run(["logs", "-w", "local*2", "s"]).output.split(separator: "\n").count == 2
      }
      #expect(isUp)
      let sent = await jobs.run(["signal", "-w", "local*2", "s", "sigusr1"])
      #expect(sent.output.hasPrefix("s: SIGUSR1 sent on local*2 (2), run "))
      let hasActed = try await eventually(within: .seconds(20)) {
        await jobs.run(["logs", "--tail", "1", "--stdout", "-b", "-w", "local*2", "s"]).output
          == "local*2 (2)\nusr\n"
      }
      #expect(hasActed)
      let ended = await jobs.run(["reap", "-w", "local*2", "s"])
      #expect(ended.status == 0, "\(ended)")
      let wait = await jobs.run(["wait", "-w", "local*2", "s"])
      #expect(wait.errors.hasSuffix("convoke: local*2: ended by SIGTERM\n"), "\(wait)")
    }
  }

  @Test func `events tell jobs and what is left, and fit the schema`() async throws {
    try await Tool.runScript("setup-tests", [])
    try await JobProgram.with { jobs async throws in
      var output = ""
      let start = [
        "run", "--json", "--detach", "--stdin", "-t", "60", "-w", "local*2", "--name", "j",
      ]
      output += await jobs.run(start, "cat; printf '\\377'; exit 4").output
      let run = try #require(output.firstMatch(of: /"run":"([a-z0-9]+)"/)?.1)
      output += await jobs.run(["jobs", "--json", "-w", "local*2"]).output
      #expect(output.contains("\"state\":\"running\""))
      output += await jobs.run([
        "reap", "--json", "--dry-run", "-w", "local*1", "--run", String(run),
      ]).output
      #expect(output.contains("\"event\":\"leftover\""))
      output += await jobs.run(["signal", "--json", "-w", "local*2", "j", "KILL"]).output
      output += await jobs.run(["wait", "--json", "--keep", "-w", "local*2", "j"]).output
      output += await jobs.run(["jobs", "--json", "-w", "local*2"]).output
      output += await jobs.run(["jobs", "--prune", "--json", "-w", "local*2"]).output
      output += await jobs.run(["wait", "--json", "-w", "local*2", "j"]).output
      let script = """
        import json, sys, jsonschema
        validator = jsonschema.Draft202012Validator(json.load(open('docs/schema/run.schema.json')))
        names = set()
        for line in sys.stdin:
            event = json.loads(line)
            validator.validate(event)
            names.add(event['event'])
        print(' '.join(sorted(names)))
        """
      let python = Command(".venv/bin/python", "-c", script).with {
        $0.directory = Tool.packageFolder.path
        $0.input = .text(output)
        $0.deadline = .seconds(30)
      }
      let result = await python.run()
      #expect(result.outcome == .exited(0), "\(result.stderr.text)")
      #expect(result.stdout.text == "began ended finished job leftover planned started\n")
    }
  }
}
