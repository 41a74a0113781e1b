import ConvokeProcess
import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

/// What `convoke sweep` says to people who have made a mistake, or ask why.
@Suite(.timeLimit(.minutes(3))) struct SweepSentenceTests {
  private func call(_ words: [String], in folder: URL, file: String) async throws -> ProcessResult {
    try Data(file.utf8).write(to: folder.appending(component: "sweep.yaml"))
    return await Command(arguments: [SweepProgramUnderTest.path, "sweep"] + words).with {
      $0.directory = folder.path
      $0.environment = ["CONVOKE_CONFIG": "", "NO_COLOR": nil]
      $0.deadline = .seconds(100)
    }.run()
  }

  @Test(arguments: [
    ("parameters: {a: [1], a: [2]}", "sweep.yaml:1: 'a' occurs twice\n"),
    (
      "parameters:\n\ta: [1]",
      "sweep.yaml:2: this is no YAML: a word cannot begin with this character (lines are indented "
        + "by spaces, not by tabs)\n"
    ),
    (
      "parameters:\n  a: [1\n  b: [2]",
      "sweep.yaml:3: this is no YAML: did not find expected ',' or ']'\n"
    ),
    (
      "paramters: {a: [1]}",
      "sweep.yaml:1: there is no 'paramters', only name, parameters, zip, where, sample and run; did "
        + "you mean 'parameters'?\n"
    ),
    (
      "parameters:\n  a: {value: b + 1}\n  b: [1]",
      "sweep.yaml:2: 'a' follows from 'b', which must stand before it\n"
    ),
    (
      "parameters: {size: [1]}\nrun: {command: 'true', order: siz}",
      "--order 'siz': there is no parameter 'siz', did you mean 'size'?\n"
    ),
    (
      "parameters: {a: [x]}\nrun: {command: 'true', order: a}",
      "--order 'a' gives \"x\" for a=x, not a number\n"
    ),
  ])
  func `a mistake in the file is one sentence`(file: String, sentence: String) async throws {
    try await TemporaryFolder.withFolder { folder in
      let result = try await self.call(["run"], in: folder, file: file)
      #expect(result.outcome == .exited(2))
      #expect(result.stderr.text == "convoke: \(sentence)")
    }
  }

  @Test func `a word in braces that is nearly a parameter is noticed`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = "parameters: {size: [1]}\nrun: {command: \"echo {sizes} {size} '{print}' {}\"}"
      let result = try await self.call(["run"], in: folder, file: file)
      #expect(
        result.stderr.text
          == "convoke: {sizes} in the command is no parameter and stays as it is; did you mean {size}?\n"
      )
      let output = "\(folder.path)/sweep.results/runs/size-1/1/stdout"
      #expect(try String(contentsOfFile: output, encoding: .utf8) == "{sizes} 1 {print} {}\n")
    }
  }

  @Test func `output that cannot be kept is a failure, and none needs no folder`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let results = folder.appending(component: "sweep.results")
      try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
      let runs = results.appending(component: "runs")
      try Data().write(to: runs)
      let file = "parameters: {a: [1, 2]}\n"
      let words = ["run", "--results", "none", "--", "[ {a} = 1 ] || echo {a}"]
      let result = try await self.call(words, in: folder, file: file)
      #expect(
        result.stderr.text.contains("cannot open sweep.results/runs/a-2/1/stdout: Not a directory")
      )
      let counts = try SweepStore(results.path).statistics()
      #expect(counts[.done] == 1 && counts[.failed] == 1)
    }
  }

  @Test func `what is missing on the way to a result is said`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = "parameters: {a: [1]}\n"
      for (words, sentence) in [
        (["--results", "json", "--", "printf 'no\\nway\\n\\n'"], "it ends with 'way'"),
        (["--results", "json", "--", "true"], "standard output has no JSON: it is empty"),
        (["--", "./nope", "{a}"], "not run: there is no program ./nope"),
        (["--", "./nope {a}"], "exited with code 127: /bin/sh: 1: ./nope: not found"),
        (
          ["--results", "file:x{a}.json", "--", "true"],
          "x1.json cannot be read: cat: x1.json: No such"
        ),
        (["--results", "regex:t=(?<t>.*)", "--", "true"], "no match of /t=(?<t>.*)/"),
      ] {
        let result = try await self.call(["run"] + words, in: folder, file: file)
        #expect(result.outcome == .exited(1))
        #expect(result.stderr.text.contains(sentence), "\(result.stderr.text)")
        _ = try await self.call(["retry"], in: folder, file: file)
      }
    }
  }

  @Test func `explain knows the file before anything runs, and after it has changed`() async throws
  {
    try await TemporaryFolder.withFolder { folder in
      let file = """
        parameters: {size: [1, 2], mode: [a, b]}
        where: size != 2 or mode != 'b'
        run: {command: 'test {mode} = a'}
        """
      let first = try await self.call(["explain"], in: folder, file: file)
      let never = ["size=1 mode=a", "size=1 mode=b", "size=2 mode=a"].map {
        "\($0): will run: it has never been executed"
      }
      #expect(first.stdout.lines == never)
      let status = try await self.call(["status"], in: folder, file: file)
      #expect(
        status.stderr.text
          == "convoke: nothing of sweep.yaml has been executed yet; start it with: "
          + "convoke sweep run sweep.yaml\n"
      )
      _ = try await self.call(["run"], in: folder, file: file)
      let changed = file.replacing("[1, 2]", with: "[2, 3]")
      let second = try await self.call(["explain"], in: folder, file: changed)
      let gone = "will not run: its values are no longer in the definition; it is"
      #expect(
        second.stdout.lines == [
          "size=1 mode=a: \(gone) done", "size=1 mode=b: \(gone) failed",
          "size=2 mode=a: will not run: it is done, attempt 1 on local",
          "size=3 mode=a: will run: it is new in the file",
          "size=3 mode=b: will run: it is new in the file",
        ]
      )
      let todo = try await self.call(["explain", "--state", "todo"], in: folder, file: changed)
      #expect(todo.stdout.lines == Array(second.stdout.lines.suffix(2)))
    }
  }

  @Test func `combinations can be left out before anything runs`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = "parameters: {i: {range: [1, 5]}}\nrun: {command: 'true'}"
      let skip = try await self.call(["skip", "--where", "i > 3"], in: folder, file: file)
      #expect(skip.stdout.text == "2 skipped\n", "\(skip.stderr.text)")
      let run = try await self.call(["run"], in: folder, file: file)
      #expect(run.stdout.text == "5 total, 3 done, 2 skipped\n")
    }
  }

  @Test func `a terminal shows how far it is and how long it will take`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = "parameters: {i: {range: [1, 40]}}\nrun: {command: 'sleep 0.1; test {i} != 3'}"
      try Data(file.utf8).write(to: folder.appending(component: "sweep.yaml"))
      let words = [SweepProgramUnderTest.path, "sweep", "run", "-j", "2"]
      let result = await Command(arguments: words).with {
        $0.directory = folder.path
        $0.environment = ["CONVOKE_CONFIG": "", "TERM": "xterm"]
        $0.terminal = PseudoTerminal()
        $0.deadline = .seconds(100)
      }.run()
      let text = result.stdout.text
      #expect(text.contains(/\d+\/40 done · 1 failed · \d running · \d+ s left/), "\(text)")
      #expect(text.contains("40 total, 39 done, 1 failed"))
    }
  }
}
