import ArgumentParser
import ConvokeProcess
import ConvokeSweep

/// `convoke sweep status`: how far it is.
struct SweepStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows how many combinations are in each state."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions

  @Flag(help: "Show the numbers for every value of every parameter, too.")
  var levels = false

  @Flag(help: "Write a JSON object.")
  var json = false

  /// Shows the numbers.
  func run() async throws {
    let store = try self.sweep.look()
    let statistics = try store.statistics()
    if self.json { return await Console.shared.write(Self.line(statistics).line) }
    await Console.shared.print("\(statistics)")
    guard self.levels else { return }
    for (name, values) in try store.statisticsByLevel().sorted(by: { $0.key < $1.key }) {
      for (value, counts) in values.sorted(by: { Self.isBefore($0.key, $1.key) }) {
        await Console.shared.print("\(name)=\(value): \(counts)")
      }
    }
  }

  private static func isBefore(_ left: ParameterValue, _ right: ParameterValue) -> Bool {
    if let one = left.number, let other = right.number { return one < other }
    return left.description < right.description
  }

  /// The numbers as JSON.
  static func line(_ statistics: SweepStatistics, event: String? = nil) -> JSONLine {
    var line = event.map { JSONLine.sweepEvent($0) } ?? JSONLine()
    line.add("total", statistics.total)
    for state in SweepState.allCases { line.add(state.rawValue, statistics[state]) }
    return line
  }
}

extension JSONLine {
  /// The start of an event about a sweep.
  static func sweepEvent(_ name: String) -> JSONLine {
    var line = JSONLine()
    line.add("schema", "convoke.sweep/1")
    line.add("event", name)
    line.add("time", seconds: Timestamp.now.seconds)
    return line
  }
}
