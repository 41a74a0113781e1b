/// One page of HTML with everything that came out, which needs nothing beside it.
public enum ReportPage: Sendable {
  private static let mostRows = 5_000
  private static let mostPlots = 6

  /// Makes the page.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - title: The title of the page.
  ///   - plots: The pictures; by default one for each result that is a number, six at most.
  /// - Returns: The page; it loads nothing, and its script only sorts and filters the tables.
  /// - Throws: ``SweepError`` if the store cannot be read or a plot names a column that is missing.
  public static func html(
    of store: SweepStore,
    title: String,
    plots: [Plot]? = nil
  ) throws(SweepError) -> String {
    let table = try ResultTable(store)
    var sections: [String] = [self.summary(try store.statistics())]
    var pictures: [String] = []
    for plot in plots ?? self.standardPlots(table) { pictures.append(try plot.svg(of: table)) }
    if let gantt = try GanttChart.svg(of: store) { pictures.append(gantt) }
    if !pictures.isEmpty {
      let figures = pictures.map { "<figure>\($0)</figure>" }.joined()
      sections.append("<h2>Pictures</h2><div class=\"pictures\">\(figures)</div>")
    }
    let failures = try self.failures(store)
    if !failures.isEmpty { sections.append("<h2>Failures</h2>" + failures) }
    sections.append("<h2>Results</h2>" + self.table(table))
    sections.append(try self.circumstances(store))
    return self.page(title, sections.joined(separator: "\n"))
  }

  private static func page(_ title: String, _ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>\(Markup.escape(title))</title>
    <style>\(ReportStyle.sheet)</style>
    </head>
    <body>
    <h1>\(Markup.escape(title))</h1>
    \(body)
    <script>\(ReportStyle.script)</script>
    </body>
    </html>

    """
  }

  private static func summary(_ statistics: SweepStatistics) -> String {
    let total = max(1, statistics.total)
    let order: [SweepState] = [.done, .failed, .leased, .skipped, .cancelled, .todo]
    let parts = order.filter { statistics[$0] > 0 }
    let bar = parts.map { state in
      let share = Markup.number(Double(statistics[state]) / Double(total) * 100)
      return "<span class=\"\(state.rawValue)\" style=\"width:\(share)%\"></span>"
    }
    let words = parts.map { "<b class=\"\($0.rawValue)\">\(statistics[$0])</b> \($0.rawValue)" }
    return "<p class=\"counts\"><b>\(statistics.total)</b> combinations: "
      + "\(words.joined(separator: ", "))</p><div class=\"bar\">\(bar.joined())</div>"
  }

  // Each number of the results over the parameter with most values, by the one with fewest.
  private static func standardPlots(_ table: ResultTable) -> [Plot] {
    let parameters = table.columns.enumerated().filter { $0.element.kind == .parameter }
      .map { index, column in
        (column.name, Set(table.rows.map { $0[index] }).subtracting([.null]))
      }
      .filter { $0.1.count > 1 }
    guard let x = parameters.max(by: { $0.1.count < $1.1.count }) else { return [] }
    let others = parameters.filter { $0.0 != x.0 && $0.1.count <= PlotFrame.colors.count }
    let series = others.min { $0.1.count < $1.1.count }?.0
    let isNumeric = x.1.allSatisfy { $0.number != nil }
    let names = table.columns.filter { column in
      column.kind == .result && !column.name.hasSuffix("_low") && !column.name.hasSuffix("_high")
        && table[column.name]?.contains { $0.number != nil } == true
    }.map(\.name)
    let numbers = x.1.compactMap(\.number)
    return names.prefix(self.mostPlots).map {
      var plot = Plot(isNumeric ? .lines : .bars, x: x.0, y: $0, series: series)
      // Numbers over orders of magnitude would crowd at one end.
      plot.isXLogarithmic = (numbers.min() ?? 0) * 50 <= (numbers.max() ?? 0)
      return plot
    }
  }

  private static func table(_ table: ResultTable) -> String {
    let head = table.columns.map {
      "<th class=\"\($0.kind.rawValue)\">\(Markup.escape($0.name))</th>"
    }
    let shown = table.rows.prefix(self.mostRows)
    let rows = shown.map { row in
      let cells = row.map { value in
        "<td\(value.number == nil ? "" : " class=\"number\"")>"
          + (value == .null ? "" : Markup.escape(value.description)) + "</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let note =
      shown.count < table.rows.count
      ? "<p>The first \(shown.count) of \(table.rows.count) combinations; export has them all.</p>"
      : ""
    return """
      <p><input type="search" class="filter" placeholder="Filter: words that a row must have" \
      aria-label="Filter"> <span class="shown"></span></p>\(note)
      <div class="scroll"><table class="sortable"><thead><tr>\(head.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private static func failures(_ store: SweepStore) throws(SweepError) -> String {
    var parts: [String] = []
    for record in try store.records(in: [.failed], limit: 100) {
      let runs = try store.measurements(of: record.combination)
      var tails = ""
      if let last = runs.last {
        for (name, lines) in OutputTail.files(in: "\(store.folder)/\(last.folder)", count: 20) {
          tails += "<h4>\(name)</h4><pre>\(Markup.escape(lines.joined(separator: "\n")))</pre>"
        }
      }
      let host = record.host.map { " on \($0)" } ?? ""
      let head = "\(record.combination)\(host), attempt \(record.attempts): \(record.reason ?? "")"
      parts.append("<details><summary>\(Markup.escape(head))</summary>\(tails)</details>")
    }
    return parts.joined(separator: "\n")
  }

  private static func circumstances(_ store: SweepStore) throws(SweepError) -> String {
    let all = try store.provenances()
    if all.isEmpty { return "" }
    let parts = all.map { count, facts in
      var rows = ""
      if case .object(let fields) = facts {
        rows = fields.map {
          "<tr><th>\(Markup.escape($0.name))</th><td>\(Markup.escape($0.value.description))</td></tr>"
        }.joined()
      }
      return "<details><summary>\(count) runs</summary><table>\(rows)</table></details>"
    }
    return "<h2>Circumstances</h2>" + parts.joined(separator: "\n")
  }
}
