import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

@Suite(.timeLimit(.minutes(5))) struct CompressionExampleTests {
  @Test func `the example is killed in the middle, resumed, and ends in a report`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let script = Tool.packageFolder.appending(path: "Examples/compression/run").path
      let at = folder.appending(component: "here").path
      let result = try await Tool.run(
        "timeout",
        ["250", script, at, SweepProgramUnderTest.path],
        environment: ["CONVOKE_CONFIG": ""]
      )
      try #require(result.status == 0, "\(result.output) \(result.errors)")
      #expect(result.output.contains("killed: 27 total, "))
      #expect(result.output.contains("27 total, 27 done"))
      let store = try SweepStore("\(at)/sweep.results")
      let records = try store.records()
      #expect(Set(records.compactMap(\.host)).count > 1)
      for record in records {
        let ratio = try #require(record.result?["ratio"]?.number)
        #expect(record.combination["file"] == "noise" ? ratio < 1.1 : ratio > 2)
        let low = try #require(record.result?["seconds_low"]?.number)
        #expect(low <= (record.result?["seconds_high"]?.number ?? 0))
      }
      for name in ["seconds.svg", "ratio.svg", "hosts.svg", "results.csv"] {
        #expect(FileManager.default.fileExists(atPath: "\(at)/\(name)"))
      }
      let page = try String(contentsOfFile: "\(at)/sweep.results/report.html", encoding: .utf8)
      #expect(page.contains("Compressors by level") && page.contains("<figure>"))
    }
  }
}
