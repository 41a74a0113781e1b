import ConvokeHosts
import Foundation

/// Times host sets on the input files that `hosts.py` wrote, and prints one JSON object.
///
/// Arguments: the folder of the files, and how often to repeat each measurement.
@main
struct HostSetBenchmark {
  let folder: String
  let repetitions: Int

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let repetitions = Int(arguments[2]) else {
      throw Misuse(description: "usage: HostSetBenchmark FOLDER REPETITIONS")
    }
    try HostSetBenchmark(folder: arguments[1], repetitions: repetitions).run()
  }

  func run() throws {
    let list = try self.text("list.txt")
    let folded = try self.text("folded.txt")
    let shuffled = try self.text("shuffled.txt")
    let irregular = try self.text("irregular.txt")
    var times: [String: [Double]] = [:]
    times["parse"] = try self.measure { try HostSet(list).count }
    times["parse shuffled"] = try self.measure { try HostSet(shuffled).count }
    times["expand"] = try self.measure { try HostSet(folded).names.count }
    times["fold"] = try self.measure { try HostSet(list).folded.utf8.count }
    let set = try HostSet(list)
    times["fold a parsed set"] = self.measure { set.folded.utf8.count }
    times["fold irregular"] = try self.measure { try HostSet(irregular).folded.utf8.count }
    times["terms"] = [Double(try HostSet(irregular).folded.split(separator: "r").count)]
    let json = try JSONSerialization.data(withJSONObject: times, options: .sortedKeys)
    print(String(decoding: json, as: UTF8.self))
  }

  /// The milliseconds that each repetition takes.
  private func measure(_ work: () throws -> Int) rethrows -> [Double] {
    let clock = ContinuousClock()
    var checksum = 0
    let times = try (0..<self.repetitions).map { _ in
      let time = try clock.measure { checksum &+= try work() }
      return time / .milliseconds(1)
    }
    precondition(checksum > 0, "the work had no result")
    return times
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(self.folder)/\(name)", encoding: .utf8)
  }
}

/// A wrong command line.
struct Misuse: Error, CustomStringConvertible {
  let description: String
}
