import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

struct DocumentationTests {
  private func page(_ name: String) throws -> String {
    let page = Tool.packageFolder.appending(path: "docs/\(name).md")
    return try String(contentsOf: page, encoding: .utf8)
  }

  @Test func `the samples in Swift are those that run here`() throws {
    let text = try self.page("from-execo") + self.page("sweeps")
    let file = #filePath.replacing("DocumentationTests", with: "SweepExamples")
    let source = try String(contentsOfFile: file, encoding: .utf8)
    let parts = source.components(separatedBy: "// SAMPLE\n").dropFirst()
    #expect(parts.count == 3)
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
      let sizes = "\(folder.path)/sizes"
      try SweepExamples.sizes(sizes)
      #expect(try SweepStore(sizes).records().map(\.result) == [1, 1, 2, 2, 4, 4])
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

  // A folder with the program that the page runs. A shell writes it: a child of another test could
  // hold what this process has open, and a file that is open for writing cannot be executed.
  private func withBench(_ body: (String) async throws -> Void) async throws {
    try await TemporaryFolder.withFolder { folder in
      let words = #"'#!/bin/sh' "echo '{\"time\": 1.5}'""#
      let line = "printf '%s\\n' \(words) > bench && chmod +x bench && ./bench"
      let written = try await self.shell(line, in: folder.path)
      try #require(written.output == "{\"time\": 1.5}\n", "\(written.errors)")
      try await body(folder.path)
    }
  }

  private func shell(_ line: String, in folder: String) async throws -> Tool.Result {
    let convoke = URL(filePath: SweepProgramUnderTest.path).deletingLastPathComponent().path
    let whole = "cd '\(folder)' && PATH='\(convoke)':\"$PATH\" && CONVOKE_CONFIG= && \(line)"
    return try await Tool.run("sh", ["-ec", whole])
  }

  @Test func `the file of the page is a sweep that runs`() async throws {
    let text = try self.page("sweeps")
    let file = try #require(text.firstMatch(of: /```yaml\n((?s).*?)```/)?.output.1)
    try await self.withBench { folder in
      try Data(file.utf8).write(to: URL(filePath: "\(folder)/sweep.yaml"))
      let result = try await self.shell("convoke sweep run -q && convoke sweep export", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let store = try SweepStore("\(folder)/sweep.results")
      let records = try store.records()
      #expect(records.count == 50)
      for record in records {
        #expect(record.result?["time"] == 1.5)
        let values = record.combination
        let size = try #require(values["size"]?.number)
        let reads = try #require(values["reads"]?.number)
        #expect(values["total"]?.number == size * reads)
        #expect(size < 4 || values["mode"] == "fast")
        #expect((values["level"] != nil) == (values["mode"] == "careful"))
        #expect((values["file"] == "a.txt") == (values["lines"] == 10))
      }
    }
  }

  @Test func `the first commands of the page run one after the other`() async throws {
    let text = try self.page("sweeps")
    let lines = try #require(text.firstMatch(of: /```sh\n((?s).*?)```/)?.output.1)
    try await self.withBench { folder in
      let result = try await self.shell("set -x; \(lines)", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("9 total, 9 done"))
      let table = try String(contentsOfFile: "\(folder)/results.csv", encoding: .utf8)
      #expect(table.split(whereSeparator: \.isNewline).count == 10)
    }
  }

  @Test func `the SQL of the page works on a store`() async throws {
    let text = try self.page("sweeps")
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
    let text = try self.page("sweeps")
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
