import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

struct ReportTests {
  private func withStore(_ body: (SweepStore) throws -> Void) throws {
    try TemporaryFolder.withFolder { folder in
      let store = try SweepStore(folder.path)
      try store.update(
        to: ["size": [1, 10, 100], "mode": ["a", "<b>&\"'"], "run": [1, 2, 3]]
      )
      for (index, lease) in try store.next(18).enumerated() {
        if index == 7 {
          try store.fail(lease, reason: "</script><script>alert(1)</script>")
          continue
        }
        let size = lease.combination["size"]?.number ?? 0
        let value = size * (lease.combination["mode"] == "a" ? 1 : 2) + Double(index % 3)
        let measurement = SweepMeasurement(
          attempt: 1,
          repetition: 1,
          isWarmup: false,
          host: "n\(index % 2)",
          started: Double(index),
          ended: Double(index) + 1.5,
          outcome: "exited",
          exitCode: index == 3 ? 1 : 0,
          command: "x",
          folder: "runs/\(index)"
        )
        try store.record([measurement], of: lease)
        try store.done(lease, result: .object([.init("time", .double(value))]))
      }
      try body(store)
    }
  }

  private func isWellFormed(_ xml: String) -> Bool {
    let parser = XMLCheck(xml)
    return parser.isWellFormed
  }

  @Test(arguments: [Plot.Kind.lines, .bars, .scatter, .heat])
  func `every kind of picture is drawn`(kind: Plot.Kind) throws {
    try self.withStore { store in
      let table = try ResultTable(store)
      var plot = Plot(kind, x: "size", y: "time", series: "mode")
      plot.isXLogarithmic = true
      let svg = try plot.svg(of: table)
      #expect(self.isWellFormed(svg))
      #expect(svg.contains("time by size and mode"))
      #expect(!svg.contains("<b>") && !svg.contains("nan") && !svg.contains("inf"))
      let marks: [Plot.Kind: (String, Int)] = [
        .lines: ("<polyline", 2), .bars: ("<rect", 1 + 2 + 6), .scatter: ("<circle", 17),
        .heat: ("<rect", 1 + 6),
      ]
      let (mark, count) = try #require(marks[kind])
      #expect(svg.components(separatedBy: mark).count - 1 == count)
    }
  }

  @Test func `the runs are drawn without overlap`() throws {
    try self.withStore { store in
      let svg = try #require(try GanttChart.svg(of: store))
      #expect(self.isWellFormed(svg))
      #expect(svg.components(separatedBy: "<rect").count - 1 == 1 + 17 + 2)
      #expect(svg.contains(">n0<") && svg.contains(">n1<"))
    }
  }

  @Test func `what cannot be drawn is said`() throws {
    try self.withStore { store in
      let table = try ResultTable(store)
      let missing = #expect(throws: SweepError.self) {
        try Plot(.lines, x: "size", y: "tme").svg(of: table)
      }
      #expect(missing?.message.contains("there is no column 'tme', only size, mode") == true)
      #expect(throws: SweepError.self) { try Plot(.bars, x: "size", y: "mode").svg(of: table) }
    }
  }

  @Test func `the page needs nothing beside it and runs nothing of its data`() throws {
    try self.withStore { store in
      let html = try ReportPage.html(of: store, title: "a <title>")
      #expect(html.contains("<h1>a &lt;title&gt;</h1>"))
      #expect(html.components(separatedBy: "<script").count == 2)
      #expect(!html.contains("http://") || !html.contains("src="))
      #expect(!html.contains("src=") && !html.contains("<link"))
      #expect(html.components(separatedBy: "<tr>").count - 1 >= 19)
      #expect(html.contains("alert(1)&lt;/script&gt;"))
      #expect(html.components(separatedBy: "<figure>").count - 1 == 2)
    }
  }

  @Test func `numbers are short`() {
    let labels = [0, 1, 1.5, 0.12345, 123_456, 1e7, -2.5e-9, 999.96].map(Markup.label)
    #expect(labels == ["0", "1", "1.5", "0.1235", "123456", "1e7", "-2.5e-9", "1000"])
  }
}

/// Whether a text is well-formed XML, as far as tags and entities go.
private struct XMLCheck {
  let isWellFormed: Bool

  init(_ xml: String) {
    var open: [Substring] = []
    var isGood = true
    for match in xml.matches(
      of: /<(\/?)([a-z]+)((?:[^>"]|"[^"<]*")*?)(\/?)>|<|&(?!amp;|lt;|gt;|quot;|#39;)/
    ) {
      guard let name = match.output.2 else {
        isGood = false
        continue
      }
      if match.output.1 == "/" {
        isGood = isGood && open.popLast() == name
      } else if match.output.4 != "/" {
        open.append(name)
      }
    }
    self.isWellFormed = isGood && open.isEmpty
  }
}
