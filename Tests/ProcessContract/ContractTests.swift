import ConvokeProcess
import Foundation
import Glibc
import Testbed
import Testing

/// What holds for every command, wherever it runs and however it gets there.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProcessContractTests {
  static func mark() -> String { "contract-\(UUID())" }

  @Test(arguments: Place.all, [0, 3, 127, 255])
  func `the exit code is the command's`(place: Place, code: Int32) async throws {
    let result = try await place.run(.shell("exit \(code)"))
    #expect(result.outcome == .exited(code))
  }

  @Test(arguments: Place.all) func `a signal is not an exit code`(
    place: Place
  ) async throws {
    #expect(try await place.run(.shell("kill -USR1 $$")).outcome == .signalled(.user1))
    let program = Command("sh", "-c", "kill -KILL $$")
    #expect(try await place.run(program).outcome == .signalled(.kill))
  }

  @Test(arguments: Place.all) func `output is kept apart and byte for byte`(
    place: Place
  ) async throws {
    let line = #"printf 'a\000\377\n'; printf 'b\000\376' >&2"#
    let result = try await place.run(.shell(line))
    #expect(result.stdout.bytes == [97, 0, 255, 10])
    #expect(result.stderr.bytes == [98, 0, 254])
    #expect(result.stdout.isComplete)
  }

  @Test(arguments: Place.all) func `lines of a command line stay apart, each time`(
    place: Place
  ) async throws {
    let command = Command.shell("echo one\necho 'two\nthree'\n").with {
      $0.environment = ["VALUE": "a\nb"]
    }
    try await place.with { runner in
      // What is known of the login shell changes with the first command.
      for _ in 0..<3 {
        #expect(await runner.run(command).stdout.text == "one\ntwo\nthree\n")
        #expect(await runner.run(Command("printenv", "HOME")).outcome == .exited(0))
      }
    }
  }

  @Test(arguments: Place.all) func `input is read byte for byte to its end`(
    place: Place
  ) async throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
    let command = Command("cat").with { $0.input = .bytes(bytes) }
    #expect(try await place.run(command).stdout.bytes == bytes)
  }

  @Test(arguments: Place.all) func `a conversation ends when the input is closed`(
    place: Place
  ) async throws {
    let text = try await place.with { runner in
      try await runner.start(Command("cat")) { process in
        try await process.write("one\n")
        _ = try await process.expect("one", within: .seconds(40))
        try await process.write("two\n")
        await process.closeInput()
        return try await process.wait(within: .seconds(40))
      }
    }
    #expect(text.stdout.text == "one\ntwo\n")
    #expect(text.outcome == .exited(0))
  }

  @Test(arguments: Place.all) func `words arrive as they are`(
    place: Place
  ) async throws {
    let words = [
      "", " ", "a b", "'", "''", "\"", "\\", "$HOME", "`id`", "!!", "*", "~", "-n", "é\u{301}",
      "'\u{301}", "a\nb", "\n", "a\r\nb", "\t", "#", "%s", ";", "&", "(", "\u{7f}", "\u{1}",
    ]
    let command = Command(arguments: ["printf", "%s\\0"] + words)
    let result = try await place.run(command)
    let expected: [UInt8] = words.flatMap { Array("\($0)\0".utf8) }
    #expect(result.stdout.bytes == expected)
  }

  @Test(arguments: Place.all) func `variables, directory, mask and niceness are set`(
    place: Place
  ) async throws {
    let command = Command.shell("printf '%s|' \"$A\" \"${LANG-none}\" \"$PWD\"; umask; nice").with {
      $0.environment = ["A": "x 'y'\n$z", "LANG": nil]
      $0.directory = "/usr/bin"
      $0.umask = 0o027
      $0.niceness = 5
    }
    let (result, base) = try await place.with { runner in
      (await runner.run(command), await runner.run(.shell("nice")).stdout.trimmedText)
    }
    let niceness = min(19, try #require(Int(base)) + 5)
    #expect(
      result.stdout.text == "x 'y'\n$z|none|/usr/bin|0027\n\(niceness)\n",
      "\(result.outcome) \(result.stderr.text)"
    )
  }

  @Test(arguments: Place.all) func `what cannot be started is refused with its kind`(
    place: Place
  ) async throws {
    let missing = try await place.run(Command("no-such-program-here"))
    #expect(missing.outcome.failure?.kind == .commandNotFound)
    let path = try await place.run(Command("/proc/no-such-program"))
    #expect(path.outcome.failure?.kind == .commandNotFound)
    let data = try await place.run(Command("/etc/passwd"))
    #expect(data.outcome.failure?.kind == .permissionDenied)
    let folder = try await place.run(Command("true").with { $0.directory = "/proc/no-such" })
    #expect(folder.outcome.failure?.kind == .directoryNotUsable)
  }

  @Test(arguments: Place.all) func `the deadline ends grandchildren too`(
    place: Place
  ) async throws {
    let mark = Self.mark()
    let line = "export MARK=\(mark); (sleep 300; :) >/dev/null 2>&1 & sleep 300; :"
    let result = try await place.run(.shell(line).with { $0.deadline = .seconds(1) })
    #expect(result.outcome == .timedOut)
    #expect(try await ProcessTable.isEmpty(of: mark))
  }

  @Test(arguments: Place.all) func `what ignores the first signal is killed`(
    place: Place
  ) async throws {
    let mark = Self.mark()
    let line = "export MARK=\(mark); trap '' TERM; (sleep 300; :) & sleep 300; sleep 300"
    let command = Command.shell(line).with {
      $0.deadline = .seconds(1)
      $0.termination = TerminationSequence([.init(.terminate, wait: .seconds(1))])
    }
    let result = try await place.run(command)
    #expect(result.outcome == .timedOut)
    #expect(result.statistics.wasForced)
    #expect(try await ProcessTable.isEmpty(of: mark))
  }

  @Test(arguments: Place.all) func `what a command does about the first signal is let be done`(
    place: Place
  ) async throws {
    let work = "for i in 1 2 3 4 5 6; do sh -c \"sleep 0.1\" || exit 9; done"
    try await place.with { runner in
      let line = "trap '\(work); echo clean; exit 5' TERM; echo up; while :; do sleep 0.05; done"
      let command = Command("sh", "-c", line).with {
        $0.termination = TerminationSequence([.init(.terminate, wait: .seconds(30))])
      }
      try await runner.start(command) { process in
        _ = try await process.expect("up", within: .seconds(40))
        process.cancel()
        let result = try await process.wait(within: .seconds(40))
        #expect(result.stdout.text == "up\nclean\n", "\(result.outcome)")
        #expect(!result.statistics.wasForced)
      }
    }
  }

  @Test(arguments: Place.all) func `cancelling ends the group`(
    place: Place
  ) async throws {
    let mark = Self.mark()
    try await place.with { runner in
      let line = "export MARK=\(mark); sleep 300 & echo up; sleep 300; :"
      let task = Task { await runner.run(.shell(line)) }
      _ = try await eventually { try ProcessTable.processesLeft(matching: mark).count >= 2 }
      task.cancel()
      #expect(await task.value.outcome == .cancelled)
      #expect(try await ProcessTable.isEmpty(of: mark))
    }
  }

  @Test(arguments: Place.all) func `leaving the scope ends a command with input`(
    place: Place
  ) async throws {
    let mark = Self.mark()
    try await place.with { runner in
      let line = "export MARK=\(mark); sleep 300 & echo up; sleep 300; :"
      try await runner.start(.shell(line)) { process in
        _ = try await process.expect("up", within: .seconds(40))
        #expect(try await ProcessTable.processes(matching: mark, atLeast: 2).count >= 2)
      }
      #expect(try await ProcessTable.isEmpty(of: mark))
    }
  }

  @Test(arguments: Place.all) func `signals reach the group`(
    place: Place
  ) async throws {
    try await place.with { runner in
      let line = "trap 'echo got; exit 7' USR1; echo up; while :; do sleep .1; done"
      try await runner.start(.shell(line)) { process in
        _ = try await process.expect("up", within: .seconds(40))
        process.send(.user1)
        let result = try await process.wait(within: .seconds(40))
        #expect(result.outcome == .exited(7))
        #expect(result.stdout.text == "up\ngot\n")
      }
    }
  }

  @Test(arguments: Place.all) func `a terminal has its size and one stream`(
    place: Place
  ) async throws {
    // Without a shared connection the size is that of the terminal of ssh, which has none.
    let command = Command.shell("stty size; echo err >&2; tty >/dev/null && echo $TERM").with {
      $0.terminal = PseudoTerminal(rows: 31, columns: 97, type: "vt100")
    }
    let result = try await place.run(command)
    let size = place.testDescription == "ssh without sharing" ? "0 0" : "31 97"
    #expect(result.stdout.lines == [size, "err", "vt100"])
    #expect(result.outcome == .exited(0))
  }

  @Test(arguments: Place.all) func `limits of resources hold`(place: Place) async throws {
    let command = Command.shell("ulimit -Sn; ulimit -Hn; ulimit -St").with {
      $0.limits[.openFiles] = ResourceLimit(soft: 50, hard: 60)
      $0.limits[.processorTime] = ResourceLimit(soft: 1234, hard: nil)
    }
    let result = try await place.run(command)
    #expect(result.stdout.text == "50\n60\n1234\n", "\(result.stderr.text)")
  }

  @Test(arguments: Place.all) func `much output arrives whole, both streams at once`(
    place: Place
  ) async throws {
    let line = "yes | head -c 5000000 & yes e | head -c 4000000 >&2; wait"
    let result = try await place.run(.shell(line))
    #expect(result.stdout.text == String(repeating: "y\n", count: 2_500_000))
    #expect(result.stderr.text == String(repeating: "e\n", count: 2_000_000))
  }

  @Test(arguments: Place.all) func `a slow reader gets every line in its order`(
    place: Place
  ) async throws {
    try await place.with { runner in
      try await runner.start(Command("seq", "400000")) { process in
        // It begins late, too: by then there is more than is kept for it.
        await process.waitUntilStarted()
        try await Task.sleep(for: .milliseconds(200))
        var expected = 1
        for await line in process.lines(of: .stdout) {
          if line.text != "\(expected)" { Issue.record("\(line.text) in place of \(expected)") }
          if expected % 100_000 == 0 { await Task.yield() }
          expected += 1
        }
        #expect(expected == 400_001)
      }
    }
  }

  // An ssh of its own waits until nobody holds its output, whatever runs in it.
  @Test(arguments: Place.all.filter { $0.testDescription != "ssh without sharing" })
  func `what a command leaves running does not hold it up`(place: Place) async throws {
    let mark = Self.mark()
    let command = Command.shell("echo a; sleep 300 & exit 4").with {
      $0.environment = ["MARK": mark]
    }
    let result = try await place.run(command)
    #expect(result.outcome == .exited(4))
    #expect(result.stdout.text == "a\n")
    #expect(!result.stdout.isComplete)
    // It was left on purpose, so it goes on, also without whoever started it.
    let left = try await ProcessTable.processes(matching: mark, atLeast: 1)
    #expect(left.count == 1)
    for process in left { kill(process, SIGKILL) }
  }

  @Test(arguments: Place.all.filter { $0.isGateway || $0.way == .local })
  func `input that is not read is told, and so is what was used`(place: Place) async throws {
    let command = Command("true").with { $0.input = .bytes(Array(repeating: 7, count: 300_000)) }
    let unread = try await place.run(command)
    #expect(unread.outcome == .exited(0))
    #expect(unread.statistics.inputFailed)
    let line = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"
    let usage = try #require(try await place.run(Command("sh", "-c", line)).statistics.usage)
    #expect(usage.user + usage.system > .zero)
    #expect(usage.peakMemory > 500_000)
  }

  @Test(arguments: Place.all.filter { $0.isGateway || $0.way == .local })
  func `a file is the input, and one that is not there is named`(place: Place) async throws {
    let file = #filePath
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let read = try await place.run(Command("cat").with { $0.input = .file(file) })
    #expect(read.stdout.text == text)
    let none = try await place.run(Command("cat").with { $0.input = .file("/proc/no-such") })
    #expect(none.outcome.failure?.message.contains("/proc/no-such") == true)
  }

  @Test(arguments: Place.gateways) func `a terminal takes a new size`(place: Place) async throws {
    try await place.with { runner in
      let command = Command.shell("echo up; read x; stty size").with {
        $0.terminal = PseudoTerminal(rows: 20, columns: 70)
      }
      try await runner.start(command) { process in
        _ = try await process.expect("up", within: .seconds(40))
        process.resize(rows: 40, columns: 120)
        try await process.write("go\n")
        _ = try await process.expect("40 120", within: .seconds(40))
        #expect(try await process.wait(within: .seconds(40)).outcome == .exited(0))
      }
    }
  }
}
