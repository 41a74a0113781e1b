import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

typealias Host = ConvokeHosts.Host

/// What holds for every remote command, whether hosts share a connection or not.
@Suite(.timeLimit(.minutes(1)))
struct ContractTests {
  static let modes = SSHSettings.Multiplexing.allCases

  @Test(arguments: modes, [0, 3, 127, 255])
  func `the exit code is the command's`(mode: SSHSettings.Multiplexing, code: Int32) async throws {
    let result = try await Remote.run(.shell("exit \(code)"), mode)
    #expect(result.outcome == .exited(code))
  }

  @Test(arguments: modes) func `a signal is not an exit code`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    #expect(try await Remote.run(.shell("kill -USR1 $$"), mode).outcome == .signalled(.user1))
    let program = Command("sh", "-c", "kill -KILL $$")
    #expect(try await Remote.run(program, mode).outcome == .signalled(.kill))
  }

  @Test(arguments: modes) func `output is kept apart and byte for byte`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let line = #"printf 'a\000\377\n'; printf 'b\000\376' >&2"#
    let result = try await Remote.run(.shell(line), mode)
    #expect(result.stdout.bytes == [97, 0, 255, 10])
    #expect(result.stderr.bytes == [98, 0, 254])
    #expect(result.stdout.isComplete)
  }

  @Test(arguments: modes) func `input is read byte for byte to its end`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
    let command = Command("cat").with { $0.input = .bytes(bytes) }
    #expect(try await Remote.run(command, mode).stdout.bytes == bytes)
  }

  @Test(arguments: modes) func `a conversation ends when the input is closed`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let text = try await Remote.with(mode) { connections, host in
      try await connections.start(Command("cat"), on: host) { process in
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

  @Test(arguments: modes) func `words arrive as they are`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let words = [
      "", " ", "a b", "'", "''", "\"", "\\", "$HOME", "`id`", "!!", "*", "~", "-n", "é\u{301}",
      "'\u{301}", "a\nb", "\n", "a\r\nb", "\t", "#", "%s", ";", "&", "(", "\u{7f}", "\u{1}",
    ]
    let command = Command(arguments: ["printf", "%s\\0"] + words)
    let result = try await Remote.run(command, mode)
    let expected: [UInt8] = words.flatMap { Array("\($0)\0".utf8) }
    #expect(result.stdout.bytes == expected)
  }

  @Test(arguments: modes) func `variables, directory, mask and niceness are set`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let command = Command.shell("printf '%s|' \"$A\" \"${LANG-none}\" \"$PWD\"; umask; nice").with {
      $0.environment = ["A": "x 'y'\n$z", "LANG": nil]
      $0.directory = "/usr/bin"
      $0.umask = 0o027
      $0.niceness = 5
    }
    let result = try await Remote.run(command, mode)
    #expect(result.stdout.text == "x 'y'\n$z|none|/usr/bin|0027\n5\n", "\(result.stderr.text)")
  }

  @Test(arguments: modes) func `what cannot be started is refused with its kind`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let missing = try await Remote.run(Command("no-such-program-here"), mode)
    #expect(missing.outcome.failure?.kind == .commandNotFound)
    let path = try await Remote.run(Command("/no/such/program"), mode)
    #expect(path.outcome.failure?.kind == .commandNotFound)
    let data = try await Remote.run(Command("/etc/passwd"), mode)
    #expect(data.outcome.failure?.kind == .permissionDenied)
    let folder = try await Remote.run(Command("true").with { $0.directory = "/no/such" }, mode)
    #expect(folder.outcome.failure?.kind == .directoryNotUsable)
  }

  @Test(arguments: modes) func `the deadline ends grandchildren too`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let mark = Remote.mark()
    let line = "export MARK=\(mark); (sleep 300; :) >/dev/null 2>&1 & sleep 300; :"
    let result = try await Remote.run(.shell(line).with { $0.deadline = .seconds(1) }, mode)
    #expect(result.outcome == .timedOut)
    #expect(try ProcessTable.processesLeft(matching: mark).isEmpty)
  }

  @Test(arguments: modes) func `what ignores the first signal is killed`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let mark = Remote.mark()
    let line = "export MARK=\(mark); trap '' TERM; (sleep 300; :) & sleep 300; sleep 300"
    let command = Command.shell(line).with {
      $0.deadline = .seconds(1)
      $0.termination = TerminationSequence([.init(.terminate, wait: .seconds(1))])
    }
    let result = try await Remote.run(command, mode)
    #expect(result.outcome == .timedOut)
    #expect(result.statistics.wasForced)
    #expect(try ProcessTable.processesLeft(matching: mark).isEmpty)
  }

  @Test(arguments: modes) func `cancelling ends the group`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let mark = Remote.mark()
    try await Remote.with(mode) { connections, host in
      let line = "export MARK=\(mark); sleep 300 & echo up; sleep 300; :"
      let task = Task { await connections.run(.shell(line), on: host) }
      _ = try await eventually { try ProcessTable.processesLeft(matching: mark).count >= 2 }
      task.cancel()
      #expect(await task.value.outcome == .cancelled)
      #expect(try ProcessTable.processesLeft(matching: mark).isEmpty)
    }
  }

  @Test(arguments: modes) func `leaving the scope ends a command with input`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    let mark = Remote.mark()
    try await Remote.with(mode) { connections, host in
      let line = "export MARK=\(mark); sleep 300 & echo up; sleep 300; :"
      try await connections.start(.shell(line), on: host) { process in
        _ = try await process.expect("up", within: .seconds(40))
        #expect(try ProcessTable.processesLeft(matching: mark).count >= 2)
      }
      #expect(try ProcessTable.processesLeft(matching: mark).isEmpty)
    }
  }

  @Test(arguments: modes) func `signals reach the group`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    try await Remote.with(mode) { connections, host in
      let line = "trap 'echo got; exit 7' USR1; echo up; while :; do sleep .1; done"
      try await connections.start(.shell(line), on: host) { process in
        _ = try await process.expect("up", within: .seconds(40))
        process.send(.user1)
        let result = try await process.wait(within: .seconds(40))
        #expect(result.outcome == .exited(7))
        #expect(result.stdout.text == "up\ngot\n")
      }
    }
  }

  @Test(arguments: modes) func `a terminal has its size and one stream`(
    mode: SSHSettings.Multiplexing
  ) async throws {
    // Without a shared connection the size is that of the terminal of ssh, which has none.
    let command = Command.shell("stty size; echo err >&2; tty >/dev/null && echo $TERM").with {
      $0.terminal = PseudoTerminal(rows: 31, columns: 97, type: "vt100")
    }
    let result = try await Remote.run(command, mode)
    let size = mode == .proxy ? "31 97" : "0 0"
    #expect(result.stdout.lines == [size, "err", "vt100"])
    #expect(result.outcome == .exited(0))
  }
}

/// Commands on the first host of the shared fleet.
enum Remote {
  static func mark() -> String { "contract-\(UUID())" }

  static func with<Answer>(
    _ mode: SSHSettings.Multiplexing,
    _ body: (SSHConnections, Host) async throws -> Answer
  ) async throws -> Answer {
    let fleet = try SSHFleet.shared()
    var settings = SSHSettings()
    settings.configFile = fleet.configFile
    settings.multiplexing = mode
    let connections = SSHConnections(settings)
    let answer: Result<Answer, any Error>
    do {
      answer = .success(try await body(connections, Host(fleet.hostNames[0])))
    } catch {
      answer = .failure(error)
    }
    await connections.close()
    return try answer.get()
  }

  static func run(
    _ command: Command,
    _ mode: SSHSettings.Multiplexing
  ) async throws -> ProcessResult {
    try await self.with(mode) { connections, host in await connections.run(command, on: host) }
  }
}
