import Foundation
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeSweep

@Suite(.timeLimit(.minutes(1))) struct ExperimentTests {
  private var path: String {
    let folder = URL(filePath: SweepProgramUnderTest.path).deletingLastPathComponent()
    return folder.appending(component: "ExperimentFixture").path
  }

  @Test func `a program of its own runs, keeps its output and goes on`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let results = folder.appending(component: "results").path
      let first = try await Tool.run(self.path, ["-c", results, "-R", "-j", "2"])
      #expect(first.status == 1, "\(first.errors)")
      #expect(first.output.isEmpty)
      let kept = try String(contentsOfFile: "\(results)/stdout", encoding: .utf8)
      #expect(kept.contains("3.0 on local\n"))
      #expect(kept.contains("12 total, 10 done, 2 failed\n"))
      let store = try SweepStore(results)
      #expect(try store.records(in: [.failed])[0].reason == "five is not ready")
      #expect(try store.reset([.failed]) == 2)
      let second = try await Tool.run(self.path, ["-c", results, "-L", "-M"])
      #expect(second.status == 0)
      #expect(second.output == "5.0 on local\n12 total, 12 done\nresults in \(results)\n")
      let both = try String(contentsOfFile: "\(results)/stdout+stderr", encoding: .utf8)
      #expect(both == second.output)
      let record = try #require(try store.records().first { $0.combination["number"] == 4 })
      #expect(record.result?["square"] == 16)
      let input = "\(results)/runs/\(record.combination.slug)/1/input"
      #expect(try String(contentsOfFile: input, encoding: .utf8) == "4.0")
      let log = try String(contentsOfFile: "\(results)/log", encoding: .utf8)
      #expect(log.contains("prepared") && log.contains("arguments: "))
    }
  }

  @Test func `what is wrong with the command line is said`() async throws {
    let help = try await Tool.run(self.path, ["-h"])
    #expect(help.status == 0 && help.output.hasPrefix("Usage: Squares [options]"))
    #expect(help.output.contains("  --factor VALUE what squares are multiplied by (default: 1)\n"))
    for (words, problem) in [
      (["-x"], "there is no option '-x'"), (["-j", "0"], "-j '0' must be a number"),
      (["-c"], "-c needs a value"), (["-l", "loud"], "-l 'loud' is none of debug, info"),
      (["--factor", "x"], "--factor 'x' is no number"), (["--factors=2"], "there is no option"),
      (["-c", "a", "--resume"], "-c names the folder"),
    ] {
      let result = try await Tool.run(self.path, words)
      #expect(result.status == 2)
      #expect(result.errors.hasPrefix(problem), "\(result.errors)")
    }
  }

  @Test func `stages frame the experiment, and the log is as detailed as wanted`() async throws {
    try await TemporaryFolder.withFolder { folder in
      for (level, details) in [("info", 0), ("DEBUG", 1), ("10", 1), ("30", 0)] {
        let results = folder.appending(component: level).path
        let words = ["-c", results, "-l", level, "--factor=10", "-R"]
        #expect(try await Tool.run(self.path, words).status == 1)
        let file = "\(results)/log"
        let log = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        let lines = log.split(separator: "\n").map { $0.split(separator: " ").dropFirst(2) }
        let messages = lines.map { $0.joined(separator: " ") }.filter { !$0.hasPrefix("argum") }
        let detail = details == 1 ? ["in detail"] : []
        let all = ["machines taken", "prepared"] + detail + ["finished", "machines given back"]
        #expect(messages == (level == "30" ? [] : all))
        let store = try SweepStore(results)
        let record = try #require(try store.records().first { $0.combination["number"] == 2 })
        #expect(record.result?["square"] == 40)
      }
    }
  }

  @Test func `the latest run is gone on with`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let run = "cd \(folder.path) && \(self.path)"
      let none = try await Tool.run("sh", ["-c", "\(run) --resume"])
      #expect(none.status == 6 && none.errors.contains("there is no run to go on with in ."))
      #expect(try await Tool.run("sh", ["-c", run]).status == 1)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      let name = try #require(names.first)
      #expect(names.count == 1 && name.hasPrefix("Squares_20"))
      let again = try await Tool.run("sh", ["-c", "\(run) --resume"])
      #expect(again.output == "12 total, 10 done, 2 failed\nresults in \(name)\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }
  }

  @Test func `an experiment without parameters is done once`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let run = ExperimentRun(Once(), in: folder.path)
      let first = try await run.perform()
      let second = try await run.perform()
      #expect([first, second].map(\.description) == ["1 total, 1 done", "1 total, 1 done"])
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/runs/all/1"))
    }
  }

  @Test func `what has been prepared is finished whatever happens`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let run = ExperimentRun(Unready(), in: folder.path)
      await #expect(throws: SweepError.self) { try await run.perform() }
      let log = try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)
      #expect(log.split(separator: "\n").map { $0.split(separator: " ").last } == ["a", "A"])
    }
  }

  @Test func `output is copied through a terminal byte by byte`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let words = ["--terminal", folder.path]
      let result = try await Tool.run(self.path, words)
      // The shell found a terminal, as somebody who watches would have.
      #expect(result.output == "one\ntwo\r\nafter\n" && result.errors == "three")
      let kept = try ["stdout", "stderr"].map {
        try String(contentsOfFile: "\(folder.path)/\($0)", encoding: .utf8)
      }
      #expect(kept == ["one\ntwo\r\n", "three"])
    }
  }

  @Test func `the folder of a run has the type, the date and the zone`() {
    #expect(Names.runName().wholeMatch(of: /Names_\d{8}_\d{6}_[+-]\d{4}/) != nil)
  }
}

private struct Once: Experiment {
  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> Bool { combination.fields.isEmpty }
}

/// Two stages, of which the second fails when it is prepared; each logs its end, from the last to the
/// first: `b` is never reached.
private struct Unready: Experiment {
  struct Stage: ExperimentStage {
    var name: String
    func prepare(in context: ExperimentContext) async throws {
      if self.name == "a" { throw SweepError(.result, "a is not ready") }
    }
    func finish(in context: ExperimentContext) async throws { try context.log(self.name) }
  }

  var stages: [any ExperimentStage] { ["A", "a", "b"].map { Stage(name: $0) } }

  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> Bool { true }
}

private struct Names: Experiment {
  let sweep: Sweep = [:]

  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> Int { 0 }
}
