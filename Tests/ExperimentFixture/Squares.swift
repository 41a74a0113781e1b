import ConvokeSweep
import Foundation

import struct ConvokeHosts.Host

/// An experiment as a program, for the tests: squares of numbers, one of which fails at first.
@main
struct Squares: Experiment {
  static let options = [ExperimentOption("factor", "what squares are multiplied by", default: "1")]

  let sweep: Sweep = ["number": .range(1...6), "kind": ["plain", "loud"]]
  var factor = 1.0
  var stages: [any ExperimentStage] { [Machines()] }

  /// Makes the experiment with squares as they are.
  init() {}

  /// Makes the experiment with what the command line says.
  init(arguments: ExperimentArguments) throws {
    guard let factor = Double(arguments["factor"] ?? "") else {
      throw SweepError(.syntax, "--factor '\(arguments["factor"] ?? "")' is no number")
    }
    self.factor = factor
  }

  /// Starts the program.
  static func main() async throws {
    let words = CommandLine.arguments
    if words.count == 3, words[1] == "--terminal" { return try await self.copy(to: words[2]) }
    await Self.start()
  }

  private static func copy(to folder: String) async throws {
    let files = try OutputFiles(.copiedFromTerminal, isMerged: false, folder: folder)
    let line = "test -t 1 && printf 'one\\ntwo\\r\\n'; printf three >&2"
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", line]
    try shell.run()
    shell.waitUntilExit()
    files.close()
    print("after")
  }

  /// Says that it begins.
  func prepare(in context: ExperimentContext) async throws {
    try context.log("prepared")
    try context.log("in detail", .debug)
  }

  /// Says that it ends.
  func finish(in context: ExperimentContext) async throws { try context.log("finished") }

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
    return ["square": number * number * self.factor]
  }
}

/// What this experiment would share with others.
struct Machines: ExperimentStage {
  /// Says that it begins.
  func prepare(in context: ExperimentContext) async throws { try context.log("machines taken") }

  /// Says that it ends.
  func finish(in context: ExperimentContext) async throws { try context.log("machines given back") }
}
