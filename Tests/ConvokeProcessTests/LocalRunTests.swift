import ConvokeProcess
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LocalRunTests {
  @Test func `a program's output and exit code are what it wrote and returned`() async {
    let result = await Command.shell("echo out; echo err >&2; exit 3").run()
    #expect(result.outcome == .exited(3))
    #expect(result.stdout.text == "out\n")
    #expect(result.stderr.text == "err\n")
    #expect(!result.isOK)
  }

  @Test(arguments: [0, 1, 127, 255] as [Int32])
  func `every exit code arrives as itself`(code: Int32) async {
    #expect(await Command.shell("exit \(code)").run().outcome == .exited(code))
  }

  @Test func `a signal is not an exit code`() async {
    #expect(await Command.shell("kill -9 $$").run().outcome == .signalled(.kill))
  }

  @Test func `arguments reach the program as they are`() async {
    let words = ["a b", "c'd", "*", "$HOME", "", "e\nf", "\\"]
    let result = await Command(arguments: ["printf", "%s|"] + words).run()
    #expect(result.stdout.text == words.map { $0 + "|" }.joined())
  }

  @Test func `bytes are kept whatever they mean`() async {
    let bytes = (0...255).map { UInt8($0) } + [0, 0xff, 0xc3]
    let command = Command("cat").with { $0.input = .bytes(bytes) }
    #expect(await command.run().stdout.bytes == bytes)
  }

  @Test func `a missing program is refused and not an exit code`() async {
    let outcome = await Command("no-such-program-anywhere").run().outcome
    #expect(outcome.failure?.kind == .commandNotFound)
    let path = await Command("/no/such/program").run().outcome
    #expect(path.failure?.kind == .commandNotFound)
  }

  @Test func `a file that may not be executed is refused`() async {
    #expect(await Command("/etc/passwd").run().outcome.failure?.kind == .permissionDenied)
  }

  @Test func `environment, directory, mask and niceness are set`() async {
    let command = Command.shell("echo $A-$B; pwd; umask; nice").with {
      $0.environment = ["A": "1 2", "B": "x=y"]
      $0.directory = "/usr"
      $0.umask = 0o027
      $0.niceness = 5
    }
    #expect(await command.run().stdout.lines == ["1 2-x=y", "/usr", "0027", "5"])
  }

  @Test func `a variable can be removed`() async {
    let command = Command.shell("echo ${HOME-none}").with { $0.environment = ["HOME": nil] }
    #expect(await command.run().stdout.text == "none\n")
  }

  @Test func `a directory that does not exist is named`() async {
    let command = Command("true").with { $0.directory = "/no/such/folder" }
    let failure = await command.run().outcome.failure
    #expect(failure?.kind == .directoryNotUsable)
    #expect(failure?.message.contains("/no/such/folder") == true)
  }

  @Test func `nothing is read from an absent input`() async {
    #expect(await Command("wc", "-c").run().stdout.trimmedText == "0")
  }

  @Test func `a file can be the input`() async {
    let command = Command("head", "-c", "4").with { $0.input = .file("/etc/passwd") }
    #expect(await command.run().stdout.text == "root")
  }

  @Test func `statistics tell when and how much`() async throws {
    let result = await Command.shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").run()
    let usage = try #require(result.statistics.usage)
    #expect(usage.user > .zero)
    #expect(usage.peakMemory > 100_000)
    #expect(try #require(result.statistics.running) > .zero)
    #expect(result.statistics.processID ?? 0 > 1)
  }

  @Test func `failures a command accepts are no failures`() async {
    let strict = await Command.shell("exit 4").run()
    #expect(throws: ProcessError.self) { try strict.throwOnFailure() }
    let tolerant = await Command.shell("exit 4").with { $0.accepting = .exitCode }.run()
    #expect(tolerant.isOK)
  }

  @Test func `input that nobody reads is noticed`() async {
    let command = Command("true").with { $0.input = .bytes([UInt8](repeating: 7, count: 1 << 20)) }
    let result = await command.run()
    #expect(result.outcome == .exited(0))
    #expect(result.statistics.inputFailed)
  }
}
