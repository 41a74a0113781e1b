import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

struct ResultTests {
  @Test(
    arguments: [
      (1, 1.0, 1.0, 1.0), (3, 2, 1, 3), (4, 2.5, 1, 4), (6, 3.5, 1, 6),
      // The ranks of R: qbinom(0.025, n, 0.5) and n + 1 minus it.
      (10, 5.5, 2, 9), (20, 10.5, 6, 15), (100, 50.5, 40, 61),
    ] as [(Int, Double, Double, Double)]
  )
  func `the median has its interval`(
    count: Int,
    median: Double,
    low: Double,
    high: Double
  ) throws {
    let values = (1...count).map { Double($0) }
    let summary = try #require(Summary(values.shuffled()))
    #expect(summary.median == median)
    #expect(summary.low == low)
    #expect(summary.high == high)
    #expect(values.count < 6 || summary.confidence >= 0.95)
  }

  @Test func `nothing has no summary`() { #expect(Summary([]) == nil) }

  @Test func `repetitions become medians`() {
    let results: [ParameterValue] = [3, 1, 2].map {
      .object([.init("time", .int($0)), .init("kind", "x")])
    }
    #expect(
      Summary.result(of: results).json
        == #"{"time":2.0,"time_low":1.0,"time_high":3.0,"kind":"x"}"#
    )
    #expect(Summary.result(of: [results[0]]) == results[0])
  }

  @Test(arguments: [
    (#"{"a": 1}"#, #"{"a":1}"#), ("noise\n{\"a\": 1}\n", #"{"a":1}"#), ("3.5\n", "3.5"),
    ("[1, 2]", "[1,2]"), ("{\"a\":\n 1}", #"{"a":1}"#), ("{\"a\": 1}\nlast words", #"{"a":1}"#),
  ])
  func `JSON is found in the output`(text: String, json: String) throws {
    #expect(try ResultReader.json(text).json == json)
  }

  @Test func `results are matched`() throws {
    let text = "time: 1.5 s\nsize: 7\ntime: 2 s\nsize: 8\n"
    let value = try ResultReader.match("time: (?<time>[0-9.]+) s\nsize: (?<size>.*)$", text)
    #expect(value.json == #"{"time":2,"size":8}"#)
    #expect(throws: SweepError.self) { try ResultReader.match("never (?<x>.)", text) }
    #expect(throws: SweepError.self) { try ResultReader.match("(", text) }
    #expect(throws: SweepError.self) { try ResultReader.json("no JSON") }
  }

  @Test func `JSON comes back as it was`() throws {
    let text = #"{"b":[1,-2,3.5,1e+30,true,null],"a":{"x":"\"\\\n\u0001é😀"},"":""}"#
    #expect(try ParameterValue(json: text).json == text.replacing("1e+30", with: "1e+30"))
    #expect(try ParameterValue(json: #""\ud83d\ude00\/""#) == "😀/")
    for bad in [
      "", "{", "[1,]", "{\"a\"}", "01x", "nul", "\"\\x\"", "1 2", "\"\u{1}\"", "+1", ".5",
    ] {
      #expect(throws: SweepError.self, "\(bad)") { try ParameterValue(json: bad) }
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: SweepError.self) { try ParameterValue(json: deep) }
  }

  @Test func `tables are exported`() throws {
    try TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.path)
      try store.update(to: ["name": ["a,b", "say \"x\""], "state": [1]])
      let lease = try #require(try store.next(on: "n1").first)
      try store.done(
        lease,
        result: .object([
          .init("time", 1), .init("name", "r"), .init("deep", .object([.init("x", [1, 2])])),
        ])
      )
      let table = try ResultTable(store)
      #expect(
        table.columns.map(\.name).prefix(6) == [
          "name", "state", "time", "result.name", "deep.x", "record.state",
        ]
      )
      let lines = table.export(.csv).split(separator: "\r\n").map(String.init)
      #expect(lines[1].hasPrefix(#""a,b",1,1,r,"[1,2]",done,1,n1,"#))
      #expect(lines[2].hasPrefix(#""say ""x""",1,,,,todo,0,,,,,"#))
      let columns = try ParameterValue(json: String(table.export(.columns).dropLast()))
      guard case .list(let list)? = columns["columns"] else { return }
      #expect(list.map { $0["type"] }.prefix(3) == ["string", "int64", "int64"])
      #expect(try ParameterValue(json: String(table.export(.json).dropLast())) != .null)
    }
  }
}
