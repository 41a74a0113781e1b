/// The table of a report.
enum ReportTable {
  private static let mostRows = 5_000

  /// The table with its field for a filter.
  static func html(_ table: ResultTable) -> String {
    let head = table.columns.map {
      "<th class=\"\($0.kind.rawValue)\" scope=\"col\">\(Markup.escape($0.name))</th>"
    }
    let shown = table.rows.prefix(self.mostRows)
    let rows = shown.map { row in
      let cells = zip(row, table.columns).map { value, column in self.cell(value, column) }
      return "<tr>\(cells.joined())</tr>"
    }
    let note =
      shown.count < table.rows.count
      ? "<p class=\"note\">The first \(shown.count) of \(table.rows.count) combinations; "
        + "convoke sweep export has them all.</p>"
      : ""
    return """
      <h2>Results</h2>
      <p><input type="search" class="filter" placeholder="Words that a row must have" \
      aria-label="Filter"> <span class="shown"></span></p>\(note)
      <div class="scroll"><table class="sortable"><thead><tr>\(head.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  // A cell that is shorter than its value has this for sorting, and as a hint.
  private static func cell(_ value: ParameterValue, _ column: ResultTable.Column) -> String {
    if value == .null { return "<td></td>" }
    let text = Markup.escape(value.description)
    guard let number = value.number else {
      if column.kind == .record, column.name == "state" {
        return "<td class=\"state \(text)\">\(text)</td>"
      }
      return "<td>\(text)</td>"
    }
    if column.kind == .record, ["started", "ended"].contains(column.name) {
      return "<td class=\"number time\" data-value=\"\(number)\">\(UTCTime.text(number))</td>"
    }
    guard case .double = value, value.description.count > 9 else {
      return "<td class=\"number\">\(text)</td>"
    }
    return "<td class=\"number\" data-value=\"\(text)\" title=\"\(text)\">"
      + "\(Markup.label(number))</td>"
  }
}
