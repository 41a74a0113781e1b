import ConvokeProcess
import Foundation
import Synchronization
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OutputTests {
  @Test func `output beyond the limit is dropped in the middle, visibly`() async {
    let command = Command.shell("seq 1 100000").with { $0.stdout.keep = .init(head: 10, tail: 6) }
    let output = await command.run().stdout
    #expect(output.head == Array("1\n2\n3\n4\n5\n".utf8))
    #expect(output.tail == Array("00000\n".utf8).suffix(6))
    #expect(output.count == 588_895)
    #expect(output.dropped == 588_895 - 16)
    #expect(output.text.contains("[… 588879 bytes dropped …]"))
  }

  @Test func `a hundred megabytes pass without being kept`() async {
    let command = Command("head", "-c", "100000000", "/dev/zero").with {
      $0.stdout.keep = .init(head: 1, tail: 1)
    }
    #expect(await command.run().stdout.count == 100_000_000)
  }

  @Test func `characters that are cut between two writes are whole`() async {
    let command = Command.shell(#"printf '\303'; sleep 0.05; printf '\251'"#)
    #expect(await command.run().stdout.text == "é")
  }

  @Test func `handlers get chunks and lines in order, to the last one`() async {
    let lines = Mutex<[String]>([])
    let bytes = Mutex(0)
    let command = Command.shell("seq 1 5000; printf end").with {
      $0.stdout.lineHandler = { line in lines.withLock { $0.append(line.text) } }
      $0.stdout.chunkHandler = { chunk in bytes.withLock { $0 += chunk.bytes.count } }
    }
    let result = await command.run()
    #expect(lines.withLock { $0 } == (1...5000).map { "\($0)" } + ["end"])
    #expect(bytes.withLock { $0 } == result.stdout.count)
  }

  @Test func `CR LF ends one line, not two`() async throws {
    let lines = try await Command.shell(#"printf 'a\r\nb\r\n'"#).start { process in
      var lines: [String] = []
      for await line in process.lines(of: .stdout) { lines.append(line.text) }
      return lines
    }
    #expect(lines == ["a", "b"])
  }

  @Test func `output goes to a file, and a full disk is told`() async {
    let result = await Command.shell("echo hello").with { $0.stdout = .file("/dev/full") }.run()
    #expect(
      result.statistics.outputFailures == ["cannot write to /dev/full: No space left on device"]
    )
  }

  @Test func `a file can wait for the first byte, with its folders`() async throws {
    try await TemporaryFolder.withFolder { folder async throws in
      let result = await Command.shell("printf a; printf b").with {
        $0.stdout.file = .init(path: "\(folder.path)/x/y/out", onlyWithOutput: true)
        $0.stderr.file = .init(path: "\(folder.path)/x/z/err", onlyWithOutput: true)
      }.run()
      #expect(result.statistics.outputFailures.isEmpty)
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).count == 3)
      #expect(try String(contentsOfFile: "\(folder.path)/x/y/out", encoding: .utf8) == "ab")
      let other = await Command.shell("echo").with {
        $0.stdout.file = .init(path: "\(folder.path)/x/y/out/no", onlyWithOutput: true)
      }.run()
      #expect(
        other.statistics.outputFailures
          == ["cannot open \(folder.path)/x/y/out/no: Not a directory"]
      )
    }
  }

  @Test func `a slow reader slows down the writer instead of losing anything`() async throws {
    let total = try await Command("head", "-c", "5000000", "/dev/zero").start { process in
      var total = 0
      for await chunk in process.chunks {
        total += chunk.bytes.count
        await Task.yield()
      }
      return total
    }
    #expect(total == 5_000_000)
  }

  @Test func `the first reader gets the output from its start, however late it comes`() async throws
  {
    try await Command.shell("echo a; echo b >&2; echo c").start { process in
      while process.isRunning { await Task.yield() }
      let lines = await Self.texts(process.lines(of: .stdout))
      #expect(lines == ["a", "c"])
      #expect(await Self.texts(process.lines()) == ["b"])
      #expect(await Self.texts(process.lines()).isEmpty)
    }
  }

  @Test func `the first reader goes on where a search has ended`() async throws {
    try await Command.shell("echo a; echo b; echo c").start { process in
      try await process.expect("a\n", within: .seconds(30))
      #expect(await Self.texts(process.lines(of: .stdout)) == ["b", "c"])
    }
  }

  @Test func `who has waited for the end reads nothing after it`() async throws {
    try await Command.shell("echo a").start { process in
      _ = try await process.wait()
      #expect(await Self.texts(process.lines()).isEmpty)
    }
  }

  @Test func `a program that nobody reads goes on after a while`() async throws {
    let process = Command("head", "-c", "5000000", "/dev/zero").launch()
    while process.isRunning { try await Task.sleep(for: .milliseconds(50)) }
    #expect(try await process.wait().stdout.count == 5_000_000)
  }

  private static func texts(_ lines: OutputLines) async -> [String] {
    var texts: [String] = []
    for await line in lines { texts.append(line.text) }
    return texts
  }

  @Test func `a fast writer does not starve the others`() async throws {
    try await Command("yes").with { $0.stdout = .discard }.start { writer in
      // Nobody reads it: without this, it would wait for a reader.
      async let _ = writer.wait()
      await withTaskGroup(of: Outcome.self) { group in
        for _ in 0..<100 { group.addTask { await Command("true").run().outcome } }
        for await outcome in group { #expect(outcome == .exited(0)) }
      }
    }
  }

  @Test func `a grandchild that holds the output does not hold the wait`() async {
    let result = await Command.shell("echo hi; sleep 300 & exit 0").run()
    #expect(result.outcome == .exited(0))
    #expect(result.stdout.text == "hi\n")
    #expect(!result.stdout.isComplete)
    _ = await Command("pkill", "-g", "\(result.statistics.processID ?? -1)").run()
  }

  @Test func `a pseudo-terminal is one where it is asked for`() async {
    let command = Command.shell("test -t 0 && test -t 1 && stty size").with {
      $0.terminal = PseudoTerminal(rows: 40, columns: 132)
    }
    let result = await command.run()
    #expect(result.stdout.text == "40 132\r\n")
    #expect(result.outcome == .exited(0))
  }
}
