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
  // The points of each place, by series.
  private var groups: [ParameterValue: [Int: [Point]]] = [:]

  init(_ plot: Plot, _ table: ResultTable) throws(SweepError) {
    let x = try Self.column(plot.x, table)
    let y = try Self.column(plot.y, table)
    let series: [ParameterValue] =
      if let name = plot.series { try Self.column(name, table) } else { x.map { _ in .null } }
    let lows = table["\(plot.y)_low"]
    let highs = table["\(plot.y)_high"]
    var numbers: [ParameterValue: Int] = [:]
    for (index, value) in y.enumerated() {
      guard let number = value.number, x[index] != .null else { continue }
      let name = series[index]
      let group = numbers[name] ?? self.names.count
      if group == self.names.count {
        numbers[name] = group
        self.names.append(name)
      }
      let point = Point(
        x: x[index],
        series: group,
        value: number,
        low: lows?[index].number ?? number,
        high: highs?[index].number ?? number
      )
      if self.groups[point.x] == nil { self.places.append(point.x) }
      self.groups[point.x, default: [:]][group, default: []].append(point)
      self.raw.append(point)
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

  /// Whether all places are numbers.
  var isNumeric: Bool { self.places.allSatisfy { $0.number != nil } }

  /// The medians of a series, in the order of the places.
  func medians(of series: Int) -> [Point] {
    self.places.compactMap { place in
      let points = self.groups[place]?[series] ?? []
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
