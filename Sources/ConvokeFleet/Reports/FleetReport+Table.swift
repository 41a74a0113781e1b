import ConvokeProcess

extension FleetReport {
  /// The widths of the two layouts of the table.
  public enum TableWidth: Sendable, Hashable {
    /// Two lines of 79 columns for each action.
    case narrow
    /// One line of 157 columns for each action.
    case wide
  }

  /// The table of the actions with their times and counts, and the totals in the last line.
  ///
  /// Parts are indented below the action they belong to; of several reports side by side the one
  /// that began first comes first. The columns are those of execo's reports.
  ///
  /// - Parameters:
  ///   - width: The layout.
  ///   - isBrief: Whether to show the totals alone.
  /// - Returns: The lines of the table, each with its end.
  public func table(_ width: TableWidth = .narrow, isBrief: Bool = false) -> String {
    ReportTable(width: width).text(of: self, isBrief: isBrief)
  }
}

/// Lays out the table of a report.
private struct ReportTable {
  typealias Column = (title: String, count: @Sendable (FleetStatistics) -> Int)

  let width: FleetReport.TableWidth

  private static let columns: [Column] = [
    ("startd", { $0.started }), ("ended", { $0.ended }), ("error", { $0.errors }),
    ("timout", { $0.timeouts }), ("fkilld", { $0.forcedKills }),
    ("expfld", { $0.expectFailures }), ("wrterr", { $0.inputFailures }),
    ("ret!=0", { $0.nonZeroExits }), ("ok", { $0.ok }),
  ]

  func text(of report: FleetReport, isBrief: Bool) -> String {
    let rule = String(repeating: "-", count: self.width == .wide ? 157 : 79) + "\n"
    let titles = Self.columns.map(\.title)
    var text = self.lines("Name", "start", "end", "length", titles, "total") + rule
    let parts = isBrief ? [] : report.parts.isEmpty ? [report] : report.parts
    for part in parts.sorted(by: { $0.startOrder < $1.startOrder }) {
      text += self.rows(of: part, indent: 0)
    }
    if !parts.isEmpty { text += rule }
    return text + self.row(of: report, named: "Total")
  }

  private func rows(of report: FleetReport, indent: Int) -> String {
    let name = String(repeating: " ", count: indent) + report.name
    return report.parts.reduce(self.row(of: report, named: name)) { text, part in
      text + self.rows(of: part, indent: indent + 2)
    }
  }

  private func row(of report: FleetReport, named name: String) -> String {
    let statistics = report.statistics
    let length = report.started.flatMap { started in
      report.ended.map { TimeText.length($0.seconds - started.seconds) }
    }
    return self.lines(
      name,
      report.started.map(TimeText.date) ?? "",
      report.ended.map(TimeText.date) ?? "",
      length ?? "",
      Self.columns.map { String($0.count(statistics)) },
      String(statistics.total)
    )
  }

  private func lines(
    _ name: String,
    _ start: String,
    _ end: String,
    _ length: String,
    _ counts: [String],
    _ total: String
  ) -> String {
    let head = "\(name.cell(31)) \(start.cell(19)) \(end.cell(19)) "
    let tail = length.cell(15) + counts.map { $0.cell(7) }.joined()
    return self.width == .wide
      ? head + tail + total.cell(7) + "\n" : head + total.cell(7) + "\n " + tail + "\n"
  }
}

extension FleetReport {
  /// What reports are sorted by: those that never began come last.
  fileprivate var startOrder: Double { self.started?.seconds ?? .infinity }
}

extension String {
  /// The text cut or filled up to a width.
  fileprivate func cell(_ width: Int) -> String {
    let cut = self.prefix(width)
    return cut + String(repeating: " ", count: width - cut.count)
  }
}
