import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// Shows jobs as a table; hosts whose jobs differ in nothing but times share a line.
struct JobTableRenderer: RunRenderer {
  private struct Row: Hashable {
    var name: String
    var state: String
    var end: String
    var command: String
  }

  private static let titles = ["HOSTS", "NAME", "STATE", "SINCE", "END", "COMMAND"]

  let console: Console
  private var jobs: [(rank: Int, host: Host, job: Job)] = []

  /// Makes a renderer.
  init(console: Console) { self.console = console }

  /// Gathers the jobs, and shows the table at the end.
  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .ended(let result):
      self.jobs += result.jobs.map { (result.rank, result.host, $0) }
    case .finished where !self.jobs.isEmpty:
      for line in self.lines { await self.console.print(line) }
    default: break
    }
  }

  private var lines: [String] {
    var order: [Row] = []
    var hosts: [Row: [Host]] = [:]
    var starts: [Row: Timestamp] = [:]
    for (_, host, job) in self.jobs.sorted(by: { ($0.job.name, $0.rank) < ($1.job.name, $1.rank) })
    {
      let row = Self.row(job)
      if hosts[row] == nil { order.append(row) }
      hosts[row, default: []].append(host)
      if let started = job.started { starts[row] = min(starts[row] ?? started, started) }
    }
    let cells = order.map { row in
      let set = hosts[row] ?? []
      let names = set.count > 1 ? "\(HostSet(set).folded) (\(set.count))" : "\(set[0])"
      return [
        names, row.name, row.state, starts[row].map(TimeText.date) ?? "", row.end, row.command,
      ]
    }
    return Self.aligned([Self.titles] + cells)
  }

  private static func row(_ job: Job) -> Row {
    let line = job.template ?? job.command ?? ""
    let command = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    var row = Row(name: job.name, state: job.state.word, end: "", command: command)
    switch job.state {
    case .ended(.exited(let code)): row.end = "\(code)"
    case .ended(.signalled(let signal)): row.end = "\(signal)"
    case .ended(let outcome): row.end = "\(outcome)"
    case .lost(true): row.state = "lost, runs"
    case .starting, .running, .lost: break
    }
    return row
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = Self.titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      var line = cells.joined(separator: "  ")[...]
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }
}
