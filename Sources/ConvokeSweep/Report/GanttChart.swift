/// Who ran what when.
public enum GanttChart: Sendable {
  private static let most = 5_000

  private struct Bar {
    var lane: String
    var start: Double
    var end: Double
    var isSuccess: Bool
    var hint: String
  }

  /// Draws the runs of a store; each host has as many lanes as it ran things at a time.
  ///
  /// - Parameter store: The store; of more than 5,000 runs the first are shown.
  /// - Returns: The picture as SVG 1.1; `nil` if nothing has run.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public static func svg(of store: SweepStore) throws(SweepError) -> String? {
    let names = Dictionary(
      uniqueKeysWithValues: try store.records().map { ($0.id, "\($0.combination)") }
    )
    let bars = self.bars(try store.allMeasurements(), names)
    guard let first = bars.map(\.start).min(), let last = bars.map(\.end).max() else { return nil }
    let lanes = bars.reduce(into: [String]()) { lanes, bar in
      if !lanes.contains(bar.lane) { lanes.append(bar.lane) }
    }.sorted()
    let height = 130 + Double(lanes.count) * 22
    var frame = PlotFrame(
      "who ran what when",
      PlotAxis("seconds since the first start", numbers: [0, max(last - first, 0.001)]),
      PlotAxis("", categories: lanes.reversed().map { .text($0) }),
      legend: bars.allSatisfy(\.isSuccess) ? [] : ["succeeded", "failed"],
      height: height
    )
    for bar in bars {
      guard let up = frame.y.position(.text(bar.lane)) else { continue }
      let x = frame.across(frame.x.position(bar.start - first))
      let end = frame.across(frame.x.position(bar.end - first))
      let fill = bar.isSuccess ? PlotFrame.color(0) : PlotFrame.color(1)
      frame.addBox(x, frame.up(up) - 8, end - x - 0.3, 16, fill: fill, hint: bar.hint)
    }
    return frame.svg
  }

  private static func bars(
    _ runs: [(id: Int64, run: SweepMeasurement)],
    _ names: [Int64: String]
  ) -> [Bar] {
    var busy: [String: [Double]] = [:]
    return runs.prefix(self.most).compactMap { id, run in
      guard let start = run.started else { return nil }
      var lanes = busy[run.host] ?? []
      let lane = lanes.firstIndex { $0 <= start } ?? lanes.count
      if lane == lanes.count { lanes.append(run.ended) } else { lanes[lane] = run.ended }
      busy[run.host] = lanes
      let isSuccess = run.exitCode == 0
      let seconds = Markup.label(run.ended - start)
      let kind = run.isWarmup ? "warm-up" : run.outcome
      return Bar(
        lane: lane == 0 ? run.host : "\(run.host) #\(lane + 1)",
        start: start,
        end: run.ended,
        isSuccess: isSuccess,
        hint: "\(names[id] ?? "") · attempt \(run.attempt) · \(kind) · \(seconds) s"
      )
    }
  }
}
