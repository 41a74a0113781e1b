import ConvokeSweep
import Foundation

import struct ConvokeHosts.Host

/// An experiment as a program, for the tests: squares of numbers, one of which fails at first.
@main
struct Squares: Experiment {
  /// Starts the program.
  static func main() async { await Self.start() }

  let sweep: Sweep = ["number": .range(1...6), "kind": ["plain", "loud"]]

  /// Says that it begins.
  func prepare(in context: ExperimentContext) async throws { try context.log("prepared") }

  /// Squares a number.
  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> [String: Double] {
    let number = combination["number"]?.number ?? 0
    if number == 5, context.attempt == 1 { throw SweepError(.result, "five is not ready") }
    if combination["kind"] == "loud" { print("\(number) on \(host)") }
    try Data("\(number)".utf8).write(to: URL(filePath: "\(context.folder)/input"))
    return ["square": number * number]
  }
}
