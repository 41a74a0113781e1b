import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

struct DocumentationTests {
  @Test func `the samples of the way from execo are those that run here`() throws {
    let page = Tool.packageFolder.appending(path: "docs/from-execo.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let file = #filePath.replacing("DocumentationTests", with: "SweepExamples")
    let source = try String(contentsOfFile: file, encoding: .utf8)
    let parts = source.components(separatedBy: "// SAMPLE\n").dropFirst()
    #expect(parts.count == 2)
    for part in parts {
      let body = part.components(separatedBy: "// END")[0]
      var lines = body.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      if lines.first?.hasPrefix("    ") == true {
        lines = ArraySlice(lines.map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 })
      }
      #expect(text.contains("```swift\n\(lines.joined(separator: "\n"))\n```"))
    }
  }

  @Test func `the samples do what is said`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let states = "\(folder.path)/states"
      try SweepExamples.states(states)
      let store = try SweepStore(states)
      #expect(try store.statistics().description == "12 total, 9 done, 3 skipped")
      let lengths = "\(folder.path)/lengths"
      let statistics = try await ExperimentRun(Lengths(), in: lengths).perform()
      #expect(statistics.description == "3 total, 3 done")
      #expect(try SweepStore(lengths).records().map(\.result) == [1, 2, 3])
    }
  }

  @Test func `the SQL of the page works on a store`() async throws {
    let page = Tool.packageFolder.appending(path: "docs/sweeps.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let query = try #require(text.firstMatch(of: /"(SELECT [^"]*)"/)?.output.1)
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.path)
      try store.update(to: ["mode": ["a", "b"], "i": [1, 2]])
      for lease in try store.next(4) {
        try store.done(lease, result: .object([.init("time", lease.combination["i"] ?? 0)]))
      }
      let result = try await Tool.run("sqlite3", [store.path, String(query)])
      #expect(result.output == "a|1.5\nb|1.5\n", "\(result.errors)")
    }
  }

  @Test func `every column of the tables is described`() async throws {
    let page = Tool.packageFolder.appending(path: "docs/sweeps.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    try await TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.path)
      let tables = ["combination", "run", "measurement", "provenance", "worker", "definition"]
      for table in tables {
        let line = try #require(
          text.split(separator: "\n").first { $0.hasPrefix("| `\(table)` |") }
        )
        let answer = try await Tool.run(
          "sqlite3",
          [store.path, "SELECT name FROM pragma_table_info('\(table)')"]
        )
        for column in answer.output.split(separator: "\n") {
          #expect(line.contains("`\(column)`") || line.contains("\(column)"), "\(table).\(column)")
        }
      }
    }
  }
}
