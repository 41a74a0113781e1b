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
    for (words, problem) in [
      (["-x"], "there is no option '-x'"), (["-j", "0"], "-j '0' must be a number"),
      (["-c"], "-c needs a value"),
    ] {
      let result = try await Tool.run(self.path, words)
      #expect(result.status == 2)
      #expect(result.errors.hasPrefix(problem), "\(result.errors)")
    }
  }

  @Test func `the folder of a run has the type, the date and the zone`() {
    #expect(Names.runName().wholeMatch(of: /Names_\d{8}_\d{6}_[+-]\d{4}/) != nil)
  }
}

private struct Names: Experiment {
  let sweep: Sweep = [:]

  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> Int { 0 }
}
