/// The parts of a report.
enum ReportSections {
  /// A part: empty if there is nothing to say.
  struct Section {
    /// Its name in the page.
    var name: String
    /// What it says.
    var html: String
  }

  private static let mostRunning = 200
  private static let mostFailures = 100
  private static let openFailures = 3
  private static let lastLines = 20

  /// All parts, in their order.
  static func all(of store: SweepStore, plots: [Plot]?) throws(SweepError) -> [Section] {
    let table = try ResultTable(store)
    return [
      Section(name: "summary", html: self.summary(try store.statistics())),
      Section(name: "running", html: try self.running(store)),
      Section(name: "pictures", html: try self.pictures(store, table, plots)),
      Section(name: "failures", html: try self.failures(store)),
      Section(name: "results", html: ReportTable.html(table)),
      Section(name: "circumstances", html: try self.circumstances(store)),
    ]
  }

  private static func summary(_ statistics: SweepStatistics) -> String {
    let total = max(1, statistics.total)
    let order: [SweepState] = [.done, .failed, .leased, .skipped, .cancelled, .todo]
    let parts = order.filter { statistics[$0] > 0 }
    let bar = parts.map { state in
      let share = Markup.number(Double(statistics[state]) / Double(total) * 100)
      return "<span class=\"\(state.rawValue)\" style=\"width:\(share)%\"></span>"
    }
    let words = parts.map { state in
      let word = state == .leased ? "running" : state.rawValue
      return "<b class=\"\(state.rawValue)\">\(statistics[state])</b> \(word)"
    }
    return "<p class=\"counts\"><b>\(statistics.total)</b> combinations: "
      + "\(words.joined(separator: ", "))</p><div class=\"bar\">\(bar.joined())</div>"
  }

  private static func running(_ store: SweepStore) throws(SweepError) -> String {
    let records = try store.records(in: [.leased], limit: self.mostRunning)
    if records.isEmpty { return "" }
    let rows = records.map { record in
      let place = record.host.map { Markup.escape($0) } ?? ""
      return "<tr><td>\(Markup.escape("\(record.combination)"))</td><td>\(place)</td>"
        + "<td class=\"number\">\(record.attempts)</td></tr>"
    }
    return "<h2>Running</h2><div class=\"scroll\"><table><thead><tr><th>combination</th>"
      + "<th>host</th><th>attempt</th></tr></thead><tbody>\(rows.joined())</tbody></table></div>"
  }

  private static func pictures(
    _ store: SweepStore,
    _ table: ResultTable,
    _ plots: [Plot]?
  ) throws(SweepError) -> String {
    var pictures: [String] = []
    for plot in plots ?? StandardPlots.plots(of: table) {
      pictures.append(try plot.svg(of: table))
    }
    if let gantt = try GanttChart.svg(of: store) { pictures.append(gantt) }
    if pictures.isEmpty { return "" }
    let figures = pictures.map { "<figure>\($0)</figure>" }.joined()
    return "<h2>Pictures</h2><div class=\"pictures\">\(figures)</div>"
  }

  private static func failures(_ store: SweepStore) throws(SweepError) -> String {
    var parts: [String] = []
    let records = try store.records(in: [.failed], limit: self.mostFailures)
    for record in records {
      var tails = ""
      if let last = try store.measurements(of: record.combination).last {
        let folder = "\(store.folder)/\(last.folder)"
        for (name, lines) in OutputTail.files(in: folder, count: self.lastLines) {
          let text = lines.joined(separator: "\n")
          tails += "<h4>\(Markup.escape(name))</h4><pre>\(Markup.escape(text))</pre>"
        }
      }
      if tails.isEmpty { tails = "<p class=\"note\">There is no output.</p>" }
      let host = record.host.map { " on \($0)" } ?? ""
      let head = "\(record.combination)\(host), attempt \(record.attempts)"
      let reason = record.reason.map { "<span class=\"reason\">\(Markup.escape($0))</span>" } ?? ""
      let state = records.count <= self.openFailures ? " open" : ""
      parts.append(
        "<details\(state)><summary>\(Markup.escape(head)) \(reason)</summary>\(tails)</details>"
      )
    }
    if parts.isEmpty { return "" }
    let note =
      parts.count == self.mostFailures ? "<p class=\"note\">The first \(parts.count).</p>" : ""
    return "<h2>Failures</h2>\(note)" + parts.joined(separator: "\n")
  }

  private static func circumstances(_ store: SweepStore) throws(SweepError) -> String {
    let all = try store.provenances()
    if all.isEmpty { return "" }
    let parts = all.map { count, facts in
      let state = all.count == 1 ? " open" : ""
      let runs = count == 1 ? "1 run" : "\(count) runs"
      return "<details\(state)><summary>\(runs)</summary><div class=\"scroll\">"
        + "<table class=\"facts\">\(self.rows(facts, under: ""))</table></div></details>"
    }
    return "<h2>Circumstances</h2>" + parts.joined(separator: "\n")
  }

  // Objects in objects become names with dots.
  private static func rows(_ facts: ParameterValue, under name: String) -> String {
    guard case .object(let fields) = facts else {
      let text: String
      if case .list(let values) = facts {
        text = values.map(\.description).joined(separator: "\n")
      } else {
        text = facts.description
      }
      return "<tr><th>\(Markup.escape(name))</th><td>\(Markup.escape(text))</td></tr>"
    }
    return fields.map { field in
      self.rows(field.value, under: name.isEmpty ? field.name : "\(name).\(field.name)")
    }.joined()
  }
}
