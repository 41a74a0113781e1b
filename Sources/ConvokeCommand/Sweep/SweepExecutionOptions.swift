import ArgumentParser
import ConvokeFleet
import ConvokeHosts
import ConvokeSweep
import Foundation

import struct ConvokeHosts.Host

/// How combinations are executed, as options; those of the file's `run:` hold where none is given.
struct SweepExecutionOptions: ParsableArguments {
  @Option(
    name: [.customShort("j"), .long],
    help: ArgumentHelp(
      "Combinations at a time on each host. (default: 1; without -w, one for each processor)",
      valueName: "number"
    ),
    transform: Checked.positive
  )
  var slots: Int?

  @Option(
    help: ArgumentHelp("Hosts for each combination. (default: 1)", valueName: "number"),
    transform: Checked.positive
  )
  var hostsEach: Int?

  @Option(
    help: ArgumentHelp(
      "Where results are: json (on standard output), none, file:PATH, regex:EXPRESSION.",
      valueName: "source"
    )
  )
  var results: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How long the command may run, each time.", valueName: "duration")
  )
  var timeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      """
      What to try again, on another host if there is one: 2 (failures), or exit=1,timeout=1,\
      connect=3,lost=3. (default: connect=3,lost=3)
      """,
      valueName: "limits"
    )
  )
  var retries: String?

  @Option(
    help: ArgumentHelp(
      "When to give up: soon:fail=3, now:fail=10%. (default: never)",
      valueName: "rule"
    )
  )
  var stop: String?

  @Option(
    help: ArgumentHelp(
      """
      The order: given, random, random:SEED, or an expression (higher values first). (default: given)
      """,
      valueName: "order"
    )
  )
  var order: String?

  @Option(
    help: ArgumentHelp("Runs before those that count.", valueName: "number"),
    transform: Checked.count
  )
  var warmup: Int?

  @Option(
    help: ArgumentHelp("Runs that count; the result has medians.", valueName: "number"),
    transform: Checked.positive
  )
  var repetitions: Int?

  @Option(help: ArgumentHelp("A line to run once on each host before.", valueName: "line"))
  var setup: String?

  @Option(help: ArgumentHelp("A line to run once on each host after.", valueName: "line"))
  var teardown: String?

  /// Joins the options with those of the file.
  func runOptions(
    _ words: [String],
    _ section: SweepRunSection,
    _ hosts: [Host]
  ) throws -> SweepRunOptions {
    guard let program = words.isEmpty ? section.program : SweepProgram(words: words) else {
      throw UsageError(
        "no command is given; write it after --, as in: convoke sweep run -- ./bench --size {size}, or "
          + "into the file, under 'run:', as 'command: ./bench --size {size}'"
      )
    }
    let here = [Host("local", transport: .local)]
    var options = SweepRunOptions(program, hosts: hosts.isEmpty ? here : hosts)
    let processors = ProcessInfo.processInfo.activeProcessorCount
    options.slots = self.slots ?? section.slots ?? (hosts.isEmpty ? processors : 1)
    options.hostsPerCombination = self.hostsEach ?? section.hostsPerCombination ?? 1
    options.results = try Self.source(self.results ?? section.results ?? "none")
    options.timeout = self.timeout?.duration ?? section.timeout
    options.retries = try self.policy(section)
    if let rule = self.stop ?? section.stop {
      do {
        options.stopRule = try StopRule(parsing: rule)
      } catch {
        throw UsageError("--stop: \(error)")
      }
    }
    options.warmups = self.warmup ?? section.warmup ?? 0
    options.repetitions = self.repetitions ?? section.repetitions ?? 1
    options.setup = self.setup ?? section.setup
    options.teardown = self.teardown ?? section.teardown
    options.environment = section.environment
    options.directory = section.directory
    options.tool = "convoke \(ConvokeCommand.configuration.version)"
    return options
  }

  private static func source(_ text: String) throws -> ResultSource {
    if text == "json" { return .json }
    if text == "none" { return .none }
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    if parts.count == 2, parts[0] == "file" { return .file(parts[1]) }
    if parts.count == 2, parts[0] == "regex" { return .pattern(parts[1]) }
    throw UsageError("--results '\(text)' is none of json, none, file:PATH and regex:EXPRESSION")
  }

  private func policy(_ section: SweepRunSection) throws -> RetryPolicy {
    var policy = RetryPolicy(3, on: [.connect, .lost])
    var limits = section.retries
    if let text = self.retries {
      for part in text.split(separator: ",") {
        let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
        guard let limit = Int(sides.last ?? ""), limit >= 0 else {
          throw UsageError("--retries '\(text)' must be written as 2 or exit=1,timeout=1")
        }
        limits[sides.count == 2 ? sides[0] : "exit"] = limit
      }
    }
    for (name, limit) in limits {
      guard let cause = RetryPolicy.Cause(rawValue: name) else {
        let known = RetryPolicy.Cause.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("retries: '\(name)' is none of \(known)")
      }
      policy.limits[cause] = limit
    }
    return policy
  }

  /// Puts the combinations that wait in the order that is asked for.
  func arrange(_ store: SweepStore, _ section: SweepRunSection) throws {
    guard let text = self.order ?? section.order else { return }
    switch try SweepOrder(text) {
    case .given: try store.prioritize { _ in 0 }
    case .random(let seed): try store.shuffle(seed: seed)
    case .expression(let expression):
      try store.prioritize { combination in
        let value = try expression.value(in: combination)
        guard let number = value.number else {
          throw SweepError(
            .definition,
            "--order '\(text)' gives \(value.json) for \(combination), not a number"
          )
        }
        return number
      }
    }
  }
}
