import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Foundation

/// Runs `true` many times, here or through one gateway, and prints the seconds it took.
///
/// `ProcessBenchmark local|SPECIFICATION COUNT WINDOW`; a window as large as the count starts all at once.
@main
struct ProcessBenchmark {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let count = Int(arguments[2]), let window = Int(arguments[3]) else {
      print("usage: ProcessBenchmark local|SPECIFICATION COUNT WINDOW")
      exit(2)
    }
    if arguments[1] == "local" {
      return await self.measure(count, window) { await $0.run() }
    }
    try await withGateway(arguments[1]) { gateway in
      await self.measure(count, window) { await gateway.run($0) }
    }
  }

  private static func measure(
    _ count: Int,
    _ window: Int,
    _ run: @escaping @Sendable (Command) async -> ProcessResult
  ) async {
    let command = Command("true")
    // The first one brings the service along.
    _ = await run(command)
    let start = ContinuousClock.now
    let failed = await withTaskGroup(of: Bool.self) { group in
      var failed = 0
      for index in 0..<count {
        if index >= window, await group.next() == false { failed += 1 }
        group.addTask { await run(command).isOK }
      }
      for await isOK in group where !isOK { failed += 1 }
      return failed
    }
    print(String(format: "%.4f", start.duration(to: .now) / .seconds(1)))
    if failed > 0 {
      print("\(failed) of \(count) failed")
      exit(1)
    }
  }
}
