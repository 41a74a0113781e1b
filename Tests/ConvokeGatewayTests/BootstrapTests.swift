import ConvokeProcess
import ConvokeWire
import Testing

@testable import ConvokeGateway

struct BootstrapTests {
  @Test(arguments: [
    "plain", "it's", #"back\slash \n"#, "new\nline\r\ttab", "\u{0}\u{1b}\u{7f}", "é", "π€", "🎻", "",
  ])
  func `a literal is the same text for Python, on one line of ASCII`(text: String) async throws {
    let literal = Bootstrap.quoted(text)
    #expect(literal.utf8.allSatisfy { $0 < 128 && $0 != 10 && $0 != 13 })
    let source = "import sys;sys.stdout.write(ascii(eval('u'+sys.stdin.readline())))"
    let command = Command("python3", "-c", source).with {
      $0.input = .bytes(Array("\(literal)\n".utf8))
    }
    let result = await command.run()
    let expected = await Command(
      "python3",
      "-c",
      "import sys;print(ascii(sys.argv[1]),end='')",
      text
    )
    .run()
    // An argument cannot carry a zero byte.
    if !text.contains("\u{0}") { #expect(result.stdout.text == expected.stdout.text) }
    #expect(result.outcome == .exited(0))
  }

  @Test(arguments: [
    "popen", "popen//execmodel=gevent", "popen//execmodel=asyncio", "popen//javascript",
  ])
  func `the line of a worker is one line, whatever its identifier`(text: String) throws {
    let spec = try GatewaySpec(text)
    let line = Bootstrap.line(for: spec, id: "o'dd\n\\é", options: GatewayOptions())
    #expect(line.first == UInt8(ascii: "'"))
    #expect(line.last == 10)
    #expect(line.dropLast().allSatisfy { $0 < 128 && $0 >= 32 || $0 == 9 })
  }

  @Test func `the words of a command quote what a remote shell reads again`() throws {
    let words = try #require(
      WorkerCommand.words(for: try GatewaySpec("ssh=host//python=my python"))
    )
    #expect(words.prefix(4) == ["ssh", "-o", "BatchMode=yes", "host"])
    #expect(words.last == "my python -u -c 'import sys;exec(eval(sys.stdin.readline()))'")
    #expect(WorkerCommand.words(for: try GatewaySpec("socket=:1")) == nil)
  }
}

struct RemoteProgramTests {
  private func source(_ program: RemoteProgram) -> String {
    guard case .tuple(let parts) = program.forms.values.first?.payload else { return "" }
    return parts.first?.string ?? ""
  }

  @Test func `indentation that all lines share is taken away`() {
    #expect(
      self.source(.python("    a = 1\n\n    if a:\n      b = 2\n  ")) == "a = 1\n\nif a:\n  b = 2\n"
    )
    #expect(self.source(.python("a = 1\n  b")) == "a = 1\n  b")
    #expect(self.source(.python("")) == "")
  }

  @Test func `arguments travel beside the source`() {
    guard case .tuple(let parts) = RemoteProgram.python("x", ["value": 1]).forms[.python]?.payload,
      case .dictionary(let pairs) = parts[3]
    else {
      Issue.record("no tuple with a dictionary")
      return
    }
    #expect(parts[2].string == "convoke_run")
    #expect(pairs.map(\.key.string) == ["convoke_source", "value"])
    #expect(pairs[0].value.string == "x\n")
  }

  @Test func `JavaScript keeps its line numbers`() {
    #expect(self.source(.javascript("a\nb")) == "a\nb")
    #expect(self.source(.javascript("a\nb", ["x": 1, "y": 2])) == "const {x, y} = kwargs; a\nb")
  }

  @Test func `a file that cannot be read is named`() {
    let error = #expect(throws: GatewayError.self) {
      try RemoteProgram.pythonFile("/no/such/file.py")
    }
    #expect(error?.code == .badValue)
    #expect(error?.message.contains("/no/such/file.py") == true)
  }
}
