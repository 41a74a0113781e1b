/// The pictures of a report for which nobody has asked for others.
enum StandardPlots {
  private static let most = 6
  /// More places across than this are no picture for people.
  private static let mostPlaces = 500
  /// A parameter that explains less than this tells nothing apart.
  private static let leastShare = 0.001
  /// From this ratio on, values are shown by their order of magnitude.
  private static let wideRatio = 50.0

  private struct Candidate {
    var name: String
    var values: Set<ParameterValue>
    var column: [ParameterValue]
    var numbers: [Double] { self.values.compactMap(\.number) }
    var isNumeric: Bool { self.numbers.count == self.values.count }
  }

  /// Each number of the results over the parameter that explains it best, by the one that does next best.
  static func plots(of table: ResultTable) -> [Plot] {
    let parameters = table.columns.enumerated().filter { $0.element.kind == .parameter }
      .map { index, column in
        let values = table.rows.map { $0[index] }
        return Candidate(
          name: column.name,
          values: Set(values).subtracting([.null]),
          column: values
        )
      }
      .filter { (2...self.mostPlaces).contains($0.values.count) }
    let names = table.columns.filter { column in
      column.kind == .result && !column.name.hasSuffix("_low") && !column.name.hasSuffix("_high")
        && table[column.name]?.contains { $0.number != nil } == true
    }.map(\.name)
    return names.prefix(self.most).compactMap { self.plot(of: $0, over: parameters, in: table) }
  }

  private static func plot(
    of name: String,
    over parameters: [Candidate],
    in table: ResultTable
  ) -> Plot? {
    let values = table[name] ?? []
    let ranked = parameters.map { ($0, share: self.share(of: $0.column, in: values)) }
      .sorted { ($0.share, $0.0.values.count) > ($1.share, $1.0.values.count) }
    let isLine = { (candidate: Candidate) in candidate.isNumeric && candidate.values.count > 2 }
    // Numbers make lines, which show more than bars do.
    let across = ranked.first { isLine($0.0) && $0.share > self.leastShare } ?? ranked.first
    guard let x = across?.0 else { return nil }
    let series = ranked.first {
      $0.0.name != x.name && $0.share > self.leastShare
        && $0.0.values.count <= PlotFrame.colors.count
    }?.0
    var plot = Plot(x.isNumeric ? .lines : .bars, x: x.name, y: name, series: series?.name)
    plot.isXLogarithmic = self.isWide(x.numbers)
    plot.isYLogarithmic = self.isWide(values.compactMap(\.number))
    return plot
  }

  private static func isWide(_ numbers: [Double]) -> Bool {
    guard let least = numbers.min(), let most = numbers.max(), least > 0 else { return false }
    return most >= least * self.wideRatio
  }

  // The share of the variance that groups of equal parameters explain, without what they would explain
  // by chance: omega squared (Hays, Statistics for Psychologists, 1963); 0 if each value is alone.
  private static func share(of column: [ParameterValue], in values: [ParameterValue]) -> Double {
    var groups: [ParameterValue: [Double]] = [:]
    for (key, value) in zip(column, values) {
      if let number = value.number { groups[key, default: []].append(number) }
    }
    let all = groups.values.flatMap(\.self)
    guard groups.count > 1, all.count > groups.count else { return 0 }
    let total = self.squares(all)
    let within = groups.values.map(self.squares).reduce(0, +)
    let chance = within / Double(all.count - groups.count)
    guard total + chance > 0 else { return 0 }
    return max(0, (total - within - Double(groups.count - 1) * chance) / (total + chance))
  }

  private static func squares(_ numbers: [Double]) -> Double {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    return numbers.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
  }
}
