import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExecCommandTests {
  private let convoke = ConvokeProgram()

  @Test func `items are lines, labelled, and output comes home`() async {
    let code = """
      import sys
      channel.send("text")
      channel.send({"a": [1, 2.5, None, True]})
      print("printed")
      sys.stderr.write("complaint\\n")
      """
    let run = await self.convoke.run("exec", "-w", "local*2", "-c", code)
    #expect(run.status == 0)
    let lines = ["printed", "text", "{\"a\":[1,2.5,null,true]}"]
    #expect(
      sortedLines(run.output) == (1...2).flatMap { n in lines.map { "local\(n): \($0)" } }.sorted()
    )
    #expect(sortedLines(run.errors) == ["local1: complaint", "local2: complaint"])
  }

  @Test func `equal output is folded`() async {
    let run = await self.convoke.run(
      "exec",
      "-w",
      "local*3",
      "-b",
      "-c",
      "channel.send(n * 2)",
      "--arg",
      "n=21"
    )
    #expect(run == ConvokeProgram.Run(status: 0, output: "local*3 (3)\n42\n", errors: ""))
  }

  @Test func `arguments are JSON where they read as such`() async {
    let run = await self.convoke.run(
      ["exec", "-w", "popen", "-c", "channel.send(repr([a, b, c, d]))", "--arg", "a=1"]
        + ["--arg", "b=x y", "--arg", "c=[true,null]", "--arg", "d=\"1\""]
    )
    #expect(run.output == "[1, 'x y', [True, None], '1']\n")
  }

  @Test func `code that fails gives its traceback and status 1`() async {
    let run = await self.convoke.run("exec", "-w", "popen", "-c", "channel.send(1)\n1/0")
    #expect(run.status == 1)
    #expect(run.output == "1\n")
    #expect(run.errors.contains("Traceback") && run.errors.contains("ZeroDivisionError"))
  }

  @Test func `a worker that does not start does not stop the others`() async {
    let run = await self.convoke.run(
      "exec",
      "-w",
      "popen",
      "-w",
      "popen//python=no-such-python",
      "-c",
      "channel.send('here')"
    )
    #expect(run.status == 1)
    #expect(run.output == "popen: here\n")
    #expect(run.errors.contains("popen//python=no-such-python: not run"))
  }

  @Test func `a gateway can go through another one`() async {
    let run = await self.convoke.run(
      "exec",
      "-w",
      "popen//id=master",
      "-w",
      "popen//via=master//id=sub",
      "-c",
      "channel.send('x')"
    )
    #expect(run.status == 0, "\(run.errors)")
    #expect(sortedLines(run.output) == ["master: x", "sub: x"])
  }

  @Test func `a file is run, with its name in tracebacks`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(path: "task.py")
      try Data("channel.send('from a file')\nraise SystemError(1)\n".utf8).write(to: file)
      let run = await self.convoke.run("exec", "-w", "popen", "--python", file.path)
      #expect(run.output == "from a file\n")
      #expect(run.errors.contains("task.py\", line 2"))
    }
  }

  @Test func `JavaScript is run by node`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(path: "task.js")
      try Data("await channel.send([n, process.argv.length > 0])".utf8).write(to: file)
      let run = await self.convoke.run(
        ["exec", "-w", "local*2", "--no-label", "--javascript", file.path, "--arg", "n=4"]
      )
      #expect(run.output == "[4,true]\n[4,true]\n", "\(run.errors)")
    }
  }

  @Test func `wrong specifications are usage errors`() async {
    for arguments in [["-w", "popen//nonsense=1"], ["-w", "popen*0"], []] {
      let run = await self.convoke.run(["exec", "-c", "1"] + arguments)
      #expect(run.status == 2, "\(arguments) \(run.errors)")
    }
    #expect(await self.convoke.run("exec", "-w", "popen").status == 2)
  }

  @Test func `a deadline ends the code`() async {
    let run = await self.convoke.run(
      "exec",
      "-w",
      "popen",
      "-t",
      "1s",
      "-c",
      "import time; time.sleep(100)"
    )
    #expect(run.status == 4, "\(run.errors)")
  }

  @Test func `frames are traced into a file for its owner alone`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(path: "trace").path
      var convoke = self.convoke
      convoke.environment = ["CONVOKE_TRACE": file]
      _ = await convoke.run("exec", "-w", "popen", "-c", "channel.send('\("x" * 200)')")
      let trace = try String(contentsOfFile: file, encoding: .utf8)
      #expect(trace.contains(" ms popen sent CHANNEL_EXEC channel 1 length "))
      #expect(trace.contains(" ms popen received CHANNEL_DATA channel 1 length 206 N"))
      #expect(trace.split(separator: "\n").allSatisfy { $0.count < 400 })
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func `EXECNET_DEBUG is understood`() async throws {
    try await TemporaryFolder.withFolder { folder in
      var convoke = self.convoke
      convoke.environment = ["EXECNET_DEBUG": "2"]
      let run = await convoke.run("exec", "-w", "popen", "-c", "channel.send(1)")
      #expect(run.errors.contains("] ") && run.errors.contains("sent CHANNEL_EXEC channel 1"))
      convoke.environment = ["EXECNET_DEBUG": "1", "TMPDIR": folder.path]
      _ = await convoke.run("exec", "-w", "popen", "-c", "channel.send(1)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.contains { $0.hasPrefix("execnet-debug-") })
    }
  }
}

private func * (text: String, count: Int) -> String { String(repeating: text, count: count) }
