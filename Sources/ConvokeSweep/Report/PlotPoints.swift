/// The values of a plot, by series and place.
struct PlotPoints {
  /// A value with its interval.
  struct Point {
    var x: ParameterValue
    var series: Int
    var value: Double
    var low: Double
    var high: Double
  }

  /// Every row that has a value.
  private(set) var raw: [Point] = []
  /// The names of the series.
  private(set) var names: [ParameterValue] = []
  /// The places across, in order.
  private(set) var places: [ParameterValue] = []

  init(_ plot: Plot, _ table: ResultTable) throws(SweepError) {
    let x = try Self.column(plot.x, table)
    let y = try Self.column(plot.y, table)
    let series: [ParameterValue] =
      if let name = plot.series { try Self.column(name, table) } else { x.map { _ in .null } }
    let lows = table["\(plot.y)_low"]
    let highs = table["\(plot.y)_high"]
    for (index, value) in y.enumerated() {
      guard let number = value.number, x[index] != .null else { continue }
      self.raw.append(
        Point(
          x: x[index],
          series: Self.index(of: series[index], in: &self.names),
          value: number,
          low: lows?[index].number ?? number,
          high: highs?[index].number ?? number
        )
      )
      _ = Self.index(of: x[index], in: &self.places)
    }
    if self.raw.isEmpty {
      throw SweepError(.definition, "no value of '\(plot.y)' is a number; nothing can be drawn")
    }
    if self.places.allSatisfy({ $0.number != nil }) {
      self.places.sort { ($0.number ?? 0) < ($1.number ?? 0) }
    }
  }

  private static func column(
    _ name: String,
    _ table: ResultTable
  ) throws(SweepError)
    -> [ParameterValue]
  {
    if let column = table[name] { return column }
    let known = table.columns.map(\.name).joined(separator: ", ")
    throw SweepError(.definition, "there is no column '\(name)', only \(known)")
  }

  private static func index(
    of value: ParameterValue,
    in names: inout [ParameterValue]
  ) -> Int {
    if let index = names.firstIndex(of: value) { return index }
    names.append(value)
    return names.count - 1
  }

  /// Whether all places are numbers.
  var isNumeric: Bool { self.places.allSatisfy { $0.number != nil } }

  /// The medians of a series, in the order of the places.
  func medians(of series: Int) -> [Point] {
    self.places.compactMap { place in
      let points = self.raw.filter { $0.series == series && $0.x == place }
      guard let summary = Summary(points.map(\.value)) else { return nil }
      if points.count == 1 { return points[0] }
      return Point(
        x: place,
        series: series,
        value: summary.median,
        low: summary.low,
        high: summary.high
      )
    }
  }

  /// The medians of all series.
  var allMedians: [Point] { self.names.indices.flatMap(self.medians) }
}
