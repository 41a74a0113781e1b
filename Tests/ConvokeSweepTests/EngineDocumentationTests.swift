import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

struct EngineDocumentationTests {
  private func page(_ name: String) throws -> String {
    let page = Tool.packageFolder.appending(path: "docs/\(name).md")
    return try String(contentsOf: page, encoding: .utf8)
  }

  @Test(.timeLimit(.minutes(1))) func `code of the page takes combinations from afar`() async throws
  {
    let page = try self.page("sweeps")
    let code = try #require(page.firstMatch(of: /```python\n((?s).*?)```/)?.output.1)
    let measure = "def measure(i, j):\n    return 10 * i + j\n\n"
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.path)
      try store.update(to: ["i": [1, 2, 3], "j": [4, 5]])
      try await EngineExamples.distributed(store, ["popen*2"], measure + String(code))
      let results = try store.records().map { $0.result?["time"]?.number }
      #expect(results == [14, 15, 24, 25, 34, 35])
    }
  }

  @Test func `the samples of engines and sweeps are those that run here`() throws {
    let text = try self.page("from-execo") + self.page("sweeps")
    let file = #filePath.replacing("EngineDocumentationTests", with: "EngineExamples")
    let source = try String(contentsOfFile: file, encoding: .utf8)
    let parts = source.components(separatedBy: "// SAMPLE\n").dropFirst()
    #expect(parts.count == 5)
    for part in parts {
      let body = part.components(separatedBy: "// END")[0]
      var lines = body.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      if lines.first?.hasPrefix("    ") == true {
        lines = ArraySlice(lines.map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 })
      }
      lines.removeAll { $0 == "  slugs.append(lease.combination.slug)" }
      let sample = lines.joined(separator: "\n")
      #expect(text.contains("```swift\n\(sample)\n```"), "\(sample)")
    }
  }

  @Test func `they do what is said`() async throws {
    // The numbers are those that execo 2.8 gives for the same parameters.
    let combinations = try EngineExamples.combinations()
    #expect(combinations.count == 2 * 5 * 3)
    #expect(Set(combinations.compactMap { $0["count"]?.number }) == [1, 2, 4, 9, 20])
    try await TemporaryFolder.withFolder { folder in
      let slugs = try EngineExamples.ordered("\(folder.path)/ordered")
      #expect(slugs.map { $0.contains("100") } == [true, true, false, false])
      #expect(try SweepStore("\(folder.path)/ordered").statistics()[.todo] == 2)
      try EngineExamples.redirected(folder.path)
      let kept = try String(contentsOfFile: "\(folder.path)/out", encoding: .utf8)
      #expect(kept.contains("on the terminal, and in the file\n"))

      let results = "\(folder.path)/congestion"
      let experiment = try Congestion(arguments: ExperimentArguments(["site": "there"]))
      let run = ExperimentRun(experiment, in: results)
      #expect(try await run.perform().description == "4 total, 4 done")
      #expect(try await run.perform().description == "4 total, 4 done")
      for record in try SweepStore(results).records() {
        #expect(record.result?["rate"]?.number == record.combination["flows"]?.number)
      }
      let log = try String(contentsOfFile: "\(results)/log", encoding: .utf8)
      #expect(log.components(separatedBy: "taking machines: there\n").count == 3)
      #expect(log.hasSuffix("giving them back: there\n"))
      #expect(log.components(separatedBy: "exited").count - 1 == 4)
    }
  }
}
