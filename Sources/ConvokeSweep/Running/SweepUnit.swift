import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
import Foundation

/// The execution of one combination at one place: warm-ups, then repetitions.
struct SweepUnit: Sendable {
  let lease: SweepLease
  let slot: SweepSlot
  let options: SweepRunOptions
  let launcher: any Launcher
  /// The folder of the store.
  let root: String

  /// How it came out.
  struct Ending: Sendable {
    var end: SweepEnd
    var measurements: [SweepMeasurement] = []
    /// What another attempt may be due to; `nil` after a success or a cancellation.
    var cause: RetryPolicy.Cause?
    var outcome: Outcome?
    var timedOut: Bool { self.outcome == .timedOut }
  }

  private static let keep = OutputOptions.Keep(head: 1 << 20, tail: 1 << 20)

  /// The folder of the output, relative to that of the store; there is none without output.
  var folder: String { "runs/\(self.lease.combination.slug)/\(self.lease.attempt)" }

  /// Runs the command as often as it is asked for; the first failure ends it.
  func execute() async -> Ending {
    var ending = Ending(end: SweepEnd(.done, host: "\(self.slot.host)"))
    var results: [ParameterValue] = []
    for round in 0..<(self.options.warmups + self.options.repetitions) {
      let isWarmup = round < self.options.warmups
      let number = isWarmup ? round + 1 : round - self.options.warmups + 1
      do {
        if let result = try await self.run(number, isWarmup, &ending) { results.append(result) }
      } catch {
        ending.end = SweepEnd(.failed, reason: error.message, host: "\(self.slot.host)")
        if ending.cause == nil, error.code == .result { ending.cause = .exit }
      }
      if ending.end.state != .done { return ending }
    }
    if !results.isEmpty { ending.end.result = Summary.result(of: results) }
    return ending
  }

  private func run(
    _ number: Int,
    _ isWarmup: Bool,
    _ ending: inout Ending
  ) async throws(SweepError) -> ParameterValue? {
    let values = self.values(isWarmup ? 0 : number)
    let suffix = isWarmup ? ".warmup\(number)" : self.options.repetitions > 1 ? ".\(number)" : ""
    let command = try self.command(values, suffix)
    let process = await self.launcher.run(command, on: self.slot.host)
    ending.outcome = process.outcome
    var measurement = self.measurement(process, number, isWarmup)
    defer { ending.measurements.append(measurement) }
    guard process.outcome.isSuccess else {
      ending.cause = RetryPolicy.Cause(process.outcome)
      ending.end = self.failure(process)
      return nil
    }
    if let problem = process.statistics.outputFailures.first {
      ending.end = SweepEnd(.failed, reason: problem, host: "\(self.slot.host)")
      return nil
    }
    if isWarmup { return nil }
    measurement.result = try await self.result(process, values)
    return measurement.result
  }

  private func failure(_ process: ProcessResult) -> SweepEnd {
    let host = "\(self.slot.host)"
    if process.outcome == .cancelled {
      return SweepEnd(.cancelled, reason: "interrupted", host: host)
    }
    let words = process.stderr.lines.last { !$0.isEmpty }.map { ": \($0.suffix(200))" } ?? ""
    return SweepEnd(.failed, reason: "\(process.outcome)\(words)", host: host)
  }

  private func values(_ repetition: Int) -> [String: String] {
    var values = [
      "host": self.slot.host.name,
      "hosts": self.slot.hosts.map(\.name).joined(separator: ","),
      "slug": self.lease.combination.slug,
      "key": self.lease.combination.key,
      "attempt": String(self.lease.attempt),
      "repetition": String(repetition),
    ]
    for field in self.lease.combination.fields { values[field.name] = field.value.description }
    return values
  }

  private func command(
    _ values: [String: String],
    _ suffix: String
  ) throws(SweepError) -> Command {
    var command = try self.options.program.command(values)
    let folder = "\(self.root)/\(self.folder)"
    command.stdout.keep = Self.keep
    command.stderr.keep = Self.keep
    // Making files is most of the work where a disk has just got rid of many.
    let file = { (name: String) in
      OutputOptions.File(path: "\(folder)/\(name)\(suffix)", onlyWithOutput: true)
    }
    command.stdout.file = file("stdout")
    command.stderr.file = file("stderr")
    command.deadline = self.options.timeout
    command.directory = self.options.directory
    command.environment["CONVOKE_COMBINATION"] = self.lease.combination.json
    for (name, value) in self.options.environment {
      command.environment[name] = SweepProgram.filled(value, values)
    }
    return command
  }

  private func result(
    _ process: ProcessResult,
    _ values: [String: String]
  ) async throws(SweepError) -> ParameterValue? {
    switch self.options.results {
    case .none: return nil
    case .json: return try ResultReader.json(process.stdout.text)
    case .pattern(let source):
      return try ResultReader.match(source, process.stdout.text)
    case .file(let template):
      let path = SweepProgram.filled(template, values)
      let command = Command("cat", "--", path).with {
        $0.directory = self.options.directory
        $0.deadline = .seconds(60)
      }
      let content = await self.launcher.run(command, on: self.slot.host)
      guard content.outcome.isSuccess else {
        let words = content.stderr.trimmedText
        throw SweepError(.result, "the result file \(path) cannot be read: \(words)")
      }
      return try ResultReader.json(content.stdout.text)
    }
  }

  private func measurement(
    _ process: ProcessResult,
    _ number: Int,
    _ isWarmup: Bool
  ) -> SweepMeasurement {
    var exitCode: Int?
    if case .exited(let code) = process.outcome { exitCode = Int(code) }
    let usage = process.statistics.usage
    return SweepMeasurement(
      attempt: self.lease.attempt,
      repetition: number,
      isWarmup: isWarmup,
      host: "\(self.slot.host)",
      started: process.statistics.started?.seconds,
      ended: process.statistics.ended.seconds,
      outcome: process.outcome.word,
      exitCode: exitCode,
      userSeconds: usage.map { $0.user / .seconds(1) },
      systemSeconds: usage.map { $0.system / .seconds(1) },
      peakMemory: usage?.peakMemory,
      result: nil,
      command: process.command.description,
      folder: self.folder
    )
  }
}
