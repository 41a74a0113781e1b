import ConvokeProcess
import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

/// The command, called as users call it.
@Suite(.timeLimit(.minutes(3))) struct SweepCommandTests {
  private func withFolder(_ file: String, _ body: (Desk) async throws -> Void) async throws {
    try await TemporaryFolder.withFolder { folder in
      try Data(file.utf8).write(to: folder.appending(component: "sweep.yaml"))
      try await body(Desk(folder: folder.path))
    }
  }

  /// A folder to call the command in.
  private struct Desk {
    let folder: String

    func command(_ words: [String]) -> Command {
      Command(arguments: [SweepProgramUnderTest.path, "sweep"] + words).with {
        $0.directory = self.folder
        $0.environment = ["CONVOKE_CONFIG": "", "NO_COLOR": nil]
        $0.deadline = .seconds(100)
      }
    }

    func call(_ words: String...) async -> ProcessResult { await self.command(words).run() }
    func output(_ words: String...) async -> String {
      await self.command(words).run().stdout.text
    }
  }

  private let plain = "parameters: {size: [1, 2], mode: [a, b]}\nrun: {command: 'echo {size}'}\n"

  @Test func `the first file runs as it is`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let desk = Desk(folder: folder.path)
      #expect(await desk.output("init").hasPrefix("sweep.yaml written"))
      #expect(await desk.call("init").outcome == .exited(2))
      #expect(await desk.output("run") == "9 total, 9 done\n")
      #expect(await desk.output("status") == "9 total, 9 done\n")
      #expect(await desk.output("run", "--resume") == "9 total, 9 done\n")
    }
  }

  @Test func `a changed file shows what changed and keeps results`() async throws {
    try await self.withFolder(self.plain) { desk in
      #expect(await desk.output("run") == "4 total, 4 done\n")
      let larger = self.plain.replacing("[1, 2]", with: "[2, 3]")
      try Data(larger.utf8).write(to: URL(filePath: "\(desk.folder)/sweep.yaml"))
      let again = await desk.call("run")
      #expect(again.stderr.text == "convoke: the sweep has changed: 2 added, 2 removed, 2 kept\n")
      #expect(again.stdout.text == "4 total, 4 done\n")
      let explained = await desk.output("explain", "--only", "size=1", "--only", "mode=a")
      #expect(explained.contains("its values are no longer in the definition; it is done"))
    }
  }

  @Test func `failures have reasons, a status, and another chance`() async throws {
    try await self.withFolder(self.plain) { desk in
      let first = await desk.call("run", "--", "echo why >&2; test {mode} = a")
      #expect(first.outcome == .exited(1))
      #expect(first.stdout.text == "4 total, 2 done, 2 failed\n")
      #expect(first.stderr.text.contains("size=1 mode=b on local: exited with code 1: why"))
      let explained = await desk.output("explain", "--where", "size == 2", "--state", "failed")
      #expect(
        explained
          == "size=2 mode=b: will not run: it failed after 1 attempt: exited with code 1: why; "
          + "give it another chance with: convoke sweep retry\n"
      )
      #expect(await desk.output("skip", "--only", "mode=b", "--reason", "slow") == "2 skipped\n")
      #expect(await desk.output("run") == "4 total, 2 done, 2 skipped\n")
      #expect(await desk.output("reset") == "2 to be executed again\n")
      #expect(await desk.output("run") == "4 total, 4 done\n")
      let show = await desk.output("show", "--only", "size=2", "--only", "mode=b")
      #expect(show.contains("attempt 1 on local") && show.contains("failed: exited with code 1"))
      #expect(show.contains("attempt 2 on local") && show.contains("/2/stdout:\n    2\n"))
    }
  }

  @Test func `the program and its version are kept with each run`() async throws {
    try await self.withFolder(self.plain) { desk in
      let version = await Command(SweepProgramUnderTest.path, "--version").run().stdout.trimmedText
      #expect(await desk.output("run", "--order", "random:3") == "4 total, 4 done\n")
      let store = try SweepStore("\(desk.folder)/sweep.results")
      let first = try #require(try store.records().first).combination
      let facts = try store.history(of: first)?.attempts.first?.provenance
      #expect(facts?["tool"]?.description == "convoke \(version)")
      let wrong = await desk.call("run", "--order", "random:x")
      #expect(wrong.outcome == .exited(2))
      #expect(wrong.stderr.text.contains("'random:x': the seed must be a whole number from 0 on"))
    }
  }

  @Test func `events are JSON Lines`() async throws {
    try await self.withFolder(self.plain) { desk in
      let text = await desk.output("run", "--json", "--results", "json")
      let events = try text.split(separator: "\n").map { try ParameterValue(json: String($0)) }
      #expect(events.allSatisfy { $0["schema"] == "convoke.sweep/1" && $0["time"] != nil })
      let names = events.map { $0["event"]?.description ?? "" }
      #expect(names.first == "began" && names.last == "finished")
      #expect(names.filter { $0 == "ended" }.count == 4)
      let ended = try #require(events.first { $0["event"] == "ended" })
      #expect(ended["result"] == ended["combination"]?["size"])
      #expect(ended["state"] == "done")
    }
  }

  @Test(arguments: [
    ("parameters: {a: {rang: [1, 2]}}", "sweep.yaml:1: 'rang: [1,2]' is none of range"),
    ("parameters:\n  a: [1]\nwhere: b > 1\n", "sweep.yaml:3: there is no parameter 'b'"),
    ("parameters:\n  size: [1]\nwhere: siz > 1\n", "did you mean 'size'?"),
    ("parameters: {a: [1]}\nwhere: 'a >'\n", "sweep.yaml:2: the expression 'a >' cannot be read"),
    ("parameter: {}", "there is no 'parameter'"), ("- 1", "needs at least 'parameters:'"),
    ("parameters: {a: [1]}\nrun: {comand: x}", "run has no 'comand'"),
    ("parameters: {a: [1]}\nrun: {timeout: soon}", "timeout is 'soon'"),
    ("parameters: {a: [1]}\nzip: {x: [1], y: [1, 2]}", "'y' has 2 values and 'x' 1"),
    ("parameters: {a: [1]}\nsample: {count: 0}", "a sample needs 'count:'"),
    ("parameters: {a: [1]}", "no command is given"), ("a: [", "this is no YAML"),
    ("parameters: {a: {x: 1}}", "brings parameters has them in braces"),
  ])
  func `what is wrong with a file is said`(file: String, words: String) async throws {
    try await self.withFolder(file) { desk in
      let result = await desk.call("run")
      #expect(result.outcome == .exited(2))
      #expect(result.stderr.text.contains(words), "\(result.stderr.text)")
      // A file that cannot be read makes no store.
      let names = try FileManager.default.contentsOfDirectory(atPath: desk.folder)
      #expect(names == ["sweep.yaml"])
    }
  }

  @Test func `values keep their types and their order`() async throws {
    let file = """
      parameters:
        z: [1, 1.0, '1', true, yes, null, 1e3, 0x10, ~, "", -0.5]
        a: {range: [1, 3, 2]}
      """
    try await self.withFolder(file) { desk in
      let plan = await desk.output("run", "--dry-run", "--", "true")
      #expect(plan.hasSuffix("# 20 to execute on local: true\n"))
      _ = await desk.call("run", "-q", "--", "true")
      let lines = await desk.output("list", "--json", "--only", "a=1").split(separator: "\n")
      let values = try lines.map { try ParameterValue(json: String($0))["combination"]?["z"] }
      #expect(
        values == [1, 1.0, "1", true, "yes", .null, 1_000.0, "0x10", "", -0.5]
      )
    }
  }

  @Test func `hosts over ssh share the work, and two controllers the sweep`() async throws {
    let testbed = try SSHFleet.shared()
    let file = "parameters: {i: {range: [1, 60]}}\n"
    try await self.withFolder(file) { desk in
      let hosts = testbed.hostNames
      let line = "echo '{\"host\": \"'{host}'\", \"i\": '{i}'}'"
      let options = [
        "run", "--ssh-config", testbed.configFile, "-j", "2", "--results", "json", "--json", "-w",
      ]
      async let one = desk.command(
        options + [hosts[0..<4].joined(separator: ","), "--", line]
      ).run()
      async let two = desk.command(
        options + [hosts[4..<8].joined(separator: ","), "--", line]
      ).run()
      let both = await [one, two]
      #expect(both.map(\.outcome) == [.exited(0), .exited(0)], "\(both.map(\.stderr.text))")
      let done = both.map {
        $0.stdout.text.split(separator: "\n").filter { $0.contains("\"ended\"") }
      }
      #expect(done.map(\.count).reduce(0, +) == 60)
      #expect(await desk.output("status") == "60 total, 60 done\n")
      let store = try SweepStore("\(desk.folder)/sweep.results")
      let records = try store.records()
      #expect(records.allSatisfy { $0.result?["i"] == $0.combination["i"] })
      #expect(records.allSatisfy { $0.result?["host"]?.description == $0.host })
    }
  }

  @Test func `an interrupt first informs, then gives back what runs`() async throws {
    try await self.withFolder("parameters: {i: {range: [1, 4]}}\n") { desk in
      let mark = "96.\(UInt32.random(in: 0 ... .max))"
      try await desk.command(["run", "-j", "2", "--", "sleep \(mark)"]).start { process in
        // What is leased may not have been started yet, and then there is nothing to inform about.
        let isRunning = try await eventually(within: .seconds(40)) {
          try ProcessTable.processesLeft(matching: "sleep\0\(mark)").count == 2
        }
        #expect(isRunning)
        #expect(await desk.output("status").contains("2 leased"))
        process.send(.interrupt)
        _ = try await process.expect("Ctrl-C again ends them", on: .stderr, within: .seconds(40))
        process.send(.interrupt)
        let result = try await process.wait(within: .seconds(40))
        #expect(result.outcome == .exited(130))
        #expect(result.stderr.text.contains("still running: local"))
      }
      #expect(await desk.output("status") == "4 total, 4 todo\n")
      #expect(await !Command.shell("pgrep -xf 'sleep \(mark)'").run().outcome.isSuccess)
    }
  }
}
