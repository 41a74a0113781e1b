import ArgumentParser
import ConvokeSweep
import Foundation

/// `convoke sweep show`: all that is known about combinations.
struct SweepShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows attempts, measurements, circumstances and the end of the output."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions
  @OptionGroup(title: "Combinations") var selection: SweepSelection

  @Option(help: "How many lines of each output to show.")
  var lines = 10

  @Option(help: "How many combinations to show at most.")
  var limit = 10

  /// Shows the combinations.
  func run() async throws {
    let store = try self.sweep.look()
    for record in try self.selection.records(store, limit: self.limit) {
      try await self.show(record, store)
    }
  }

  private func show(_ record: SweepRecord, _ store: SweepStore) async throws {
    let console = Console.shared
    let reason = record.reason.map { ": \($0)" } ?? ""
    await console.print("\(record.combination)\n  \(record.state.rawValue)\(reason)")
    if let result = record.result { await console.print("  result \(result.json)") }
    guard let history = try store.history(of: record.combination) else { return }
    for attempt in history.attempts {
      let host = attempt.host.map { " on \($0)" } ?? ""
      let times = "\(Self.date(attempt.started)) to \(Self.date(attempt.ended))"
      let why = attempt.reason.map { ": \($0)" } ?? ""
      await console.print("  attempt \(attempt.number)\(host), \(times), \(attempt.state)\(why)")
    }
    if let facts = history.attempts.last?.provenance {
      await console.print("  circumstances \(facts.json)")
    }
    let measurements = try store.measurements(of: record.combination)
    for one in measurements { await console.print("  \(Self.text(one))") }
    if let last = measurements.last { await self.showOutput(last, store.folder) }
  }

  private static func text(_ one: SweepMeasurement) -> String {
    let kind = one.isWarmup ? "warm-up" : "run"
    let seconds = one.started.map { ", \(Int(((one.ended - $0) * 1_000).rounded())) ms" } ?? ""
    let code = one.exitCode.map { " \($0)" } ?? ""
    let result = one.result.map { ", \($0.json)" } ?? ""
    return "\(kind) \(one.attempt).\(one.repetition): \(one.outcome)\(code)\(seconds)\(result)"
  }

  private func showOutput(_ one: SweepMeasurement, _ folder: String) async {
    let path = "\(folder)/\(one.folder)"
    for (name, tail) in OutputTail.files(in: path, count: self.lines) {
      await Console.shared.print("  \(path)/\(name):")
      for line in tail { await Console.shared.print("    \(line)") }
    }
  }

  private static func date(_ seconds: Double) -> String {
    Date(timeIntervalSince1970: seconds).formatted(.iso8601)
  }
}
