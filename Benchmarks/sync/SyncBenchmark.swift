import ConvokeGateway
import ConvokeServices
import Foundation

/// Times a copy of a directory as `sync.py` times execnet's, and prints one JSON object.
///
/// Arguments: the Python of the workers, the source, a destination for each worker.
@main
struct SyncBenchmark {
  static func main() async throws {
    let words = CommandLine.arguments
    guard words.count > 3 else {
      throw Misuse(description: "usage: SyncBenchmark PYTHON SOURCE DESTINATION...")
    }
    let benchmark = SyncBenchmark(source: words[2], destinations: Array(words[3...]))
    let specs = Array(repeating: "popen//python=\(words[1])", count: words.count - 3)
    let figures = try await withGroup(specs) { group in
      _ = try await group.execute(.python("channel.send(1)")).receiveEach()
      let fresh = try await benchmark.copy(group)
      let unchanged = try await benchmark.copy(group)
      return ["fresh": fresh, "unchanged": unchanged, "memory": try Self.peakMemory()]
    }
    let json = try JSONSerialization.data(withJSONObject: figures, options: .sortedKeys)
    print(String(decoding: json, as: UTF8.self))
  }

  let source: String
  let destinations: [String]

  /// Copies the source to all workers; the seconds that it took.
  private func copy(_ group: GatewayGroup) async throws -> Double {
    var sync = DirectorySync(self.source)
    for (gateway, destination) in zip(group.gateways, self.destinations) {
      sync.addTarget(gateway, destination)
    }
    let clock = ContinuousClock()
    let begin = clock.now
    let report = try await sync.run()
    let seconds = (clock.now - begin) / .seconds(1)
    guard report.isOK else { throw Misuse(description: "the copy failed: \(report)") }
    return seconds
  }

  /// The most resident memory that this process has had, in MiB.
  private static func peakMemory() throws -> Double {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    let number = line.split { $0 == " " || $0 == "\t" }.dropFirst().first
    return (number.flatMap { Double($0) } ?? 0) / 1024
  }
}

/// A wrong command line, or a copy that failed.
struct Misuse: Error, CustomStringConvertible {
  let description: String
}
