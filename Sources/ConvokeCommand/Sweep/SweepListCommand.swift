import ArgumentParser
import ConvokeSweep

/// `convoke sweep list`: a line for each combination.
struct SweepListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists combinations with their states, results and reasons."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions
  @OptionGroup(title: "Combinations") var selection: SweepSelection

  @Flag(help: "Write a JSON object for each combination.")
  var json = false

  /// Lists the combinations.
  func run() async throws {
    for record in try self.selection.records(try self.sweep.look()) {
      if self.json {
        await Console.shared.write(Self.line(record).line)
      } else {
        await Console.shared.print(Self.text(record))
      }
    }
  }

  private static func text(_ record: SweepRecord) -> String {
    var parts = [record.state.rawValue, "\(record.combination)"]
    if let result = record.result { parts.append(result.json) }
    if let host = record.host, record.state == .leased { parts.append("on \(host)") }
    if let reason = record.reason { parts.append("(\(reason))") }
    return parts.joined(separator: "\t")
  }

  static func line(_ record: SweepRecord) -> JSONLine {
    var line = JSONLine()
    line.add("combination", json: record.combination.json)
    line.add("key", record.combination.key)
    line.add("state", record.state.rawValue)
    line.add("attempts", record.attempts)
    line.add("host", record.host)
    line.add("reason", record.reason)
    line.add("result", json: record.result?.json)
    return line
  }
}
