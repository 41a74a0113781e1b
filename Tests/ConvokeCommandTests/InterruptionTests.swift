import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite(.serialized) struct InterruptionTests {
  private let convoke = ConvokeProgram()

  /// How long programs may take to start on a busy machine.
  private static let patience = Duration.seconds(20)

  /// How many processes have this word in their command lines.
  private static func count(_ mark: String) async throws -> Int {
    let found = try await Tool.run("pgrep", ["-c", "-f", "^sleep \(mark)"])
    return Int(found.output.trimmingCharacters(in: .newlines)) ?? 0
  }

  /// A number of seconds that no other test sleeps.
  private static func mark() -> String { "300.\(UInt32.random(in: 1_000_000..<9_999_999))" }

  @Test(.timeLimit(.minutes(1)))
  func `the first interrupt shows who runs, the second ends them`() async throws {
    let mark = Self.mark()
    let line = "test {rank} = 0 && echo early || { sleep \(mark) & sleep \(mark); }"
    try await self.convoke.command(["run", "-w", "local*4", "-b", line]).start { process in
      #expect(try await eventually(within: Self.patience) { try await Self.count(mark) == 6 })
      // The table shows three that run once the event of the fourth has arrived.
      process.send(.user1)
      _ = try await process.expect("running: local*[2-4] (3)", on: .stderr, within: .seconds(10))
      process.send(.interrupt)
      _ = try await process.expect("Ctrl-C again ends them", on: .stderr, within: .seconds(40))
      process.send(.interrupt)
      let run = ConvokeProgram.run(try await process.wait(within: .seconds(10)))
      #expect(run.status == 130)
      #expect(run.output == "local*1 (1)\nearly\n")
      #expect(
        run.errors.hasSuffix(
          """
          convoke: still running: local*[2-4] (3); Ctrl-C again ends them
          convoke: ending what runs; Ctrl-C again leaves at once
          convoke: local*[2-4]: cancelled

          """
        )
      )
    }
    #expect(try await eventually { try await Self.count(mark) == 0 })
  }

  @Test(.timeLimit(.minutes(1)), arguments: [Signal.terminate, .hangUp])
  func `a signal to end ends what runs`(_ signal: Signal) async throws {
    let mark = Self.mark()
    try await self.convoke.command(["run", "-w", "local*3", "sleep \(mark)"]).start { process in
      #expect(try await eventually(within: Self.patience) { try await Self.count(mark) == 3 })
      process.send(signal)
      let result = try await process.wait(within: .seconds(10))
      #expect(result.outcome == .exited(128 + signal.rawValue))
    }
    #expect(try await eventually { try await Self.count(mark) == 0 })
  }

  @Test(.timeLimit(.minutes(1)))
  func `a kill leaves nothing behind`() async throws {
    let mark = Self.mark()
    let line = "sleep \(mark) & sleep \(mark)"
    try await self.convoke.command(["run", "-w", "local*20", line]).start { process in
      #expect(try await eventually(within: Self.patience) { try await Self.count(mark) == 40 })
      kill(try #require(process.id), SIGKILL)
      #expect(try await eventually(within: .seconds(3)) { try await Self.count(mark) == 0 })
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a table of the states is shown on request`() async throws {
    let mark = Self.mark()
    let line = "test {rank} = 0 || sleep \(mark)"
    let command = self.convoke.command(["run", "-w", "local*4", "-f", "3", line])
    try await command.start { process in
      #expect(try await eventually(within: Self.patience) { try await Self.count(mark) == 3 })
      process.send(.user1)
      _ = try await process.expect(
        "exited with code 0: local*1 (1)",
        on: .stderr,
        within: .seconds(40)
      )
      _ = try await process.expect("running: local*[2-4] (3)", on: .stderr, within: .seconds(40))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a reader that leaves ends the run quietly`() async throws {
    let mark = Self.mark()
    let line = "yes \(mark)"
    let shell =
      "'\(Tool.convoke)' run -w 'local*3' '\(line)' | head -2; exit ${PIPESTATUS[0]}"
    let result = await Command("bash", "-c", shell).with { $0.deadline = .seconds(30) }.run()
    #expect(result.stdout.lines.count == 2)
    #expect(result.stderr.text == "")
    #expect(result.outcome == .exited(141))
  }
}
