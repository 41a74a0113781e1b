/// A picture of results.
public struct Plot: Sendable, Hashable {
  /// The kinds of pictures.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Medians joined by lines, with bands of confidence.
    case lines
    /// Medians as bars, with their intervals.
    case bars
    /// Every result as a point.
    case scatter
    /// Medians as colours, over two parameters.
    case heat
    /// Who ran what when.
    case gantt
  }

  /// The kind of picture.
  public var kind: Kind
  /// The column across; a parameter, as a rule.
  public var x: String
  /// The column whose values are shown.
  public var y: String
  /// The column that tells series apart; the other axis of a heat map.
  public var series: String?
  /// Whether the axis across is logarithmic.
  public var isXLogarithmic = false
  /// Whether the axis of the values is logarithmic.
  public var isYLogarithmic = false

  /// Makes a description of a picture.
  ///
  /// - Parameters:
  ///   - kind: The kind of picture.
  ///   - x: The column across; unused for a Gantt chart.
  ///   - y: The column whose values are shown; unused for a Gantt chart.
  ///   - series: The column that tells series apart.
  public init(_ kind: Kind, x: String = "", y: String = "", series: String? = nil) {
    self.kind = kind
    self.x = x
    self.y = y
    self.series = series
  }

  /// Draws the picture.
  ///
  /// - Parameter table: The results; rows without a value are left out.
  /// - Returns: The picture as SVG 1.1.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` if a column is missing, or none of
  ///   its values is a number.
  public func svg(of table: ResultTable) throws(SweepError) -> String {
    let points = try PlotPoints(self, table)
    switch self.kind {
    case .lines: return PlotDrawing.lines(self, points)
    case .bars: return PlotDrawing.bars(self, points)
    case .scatter: return PlotDrawing.scatter(self, points)
    case .heat: return PlotDrawing.heat(self, points)
    case .gantt:
      throw SweepError(.definition, "a Gantt chart is drawn of a store, not of a table")
    }
  }
}
