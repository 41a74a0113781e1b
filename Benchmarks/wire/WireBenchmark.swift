import ConvokeWire
import Foundation

/// Times the serializer on the dumps that `wire.py` wrote, and prints one JSON object: for each
/// file, the seconds of one reading and of one writing in each repetition, and those of `memcpy`.
///
/// Arguments: the folder of the files, and how often to repeat each measurement.
@main
struct WireBenchmark {
  let folder: String
  let repetitions: Int
  let serializer = WireSerializer(form: .standalone)

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let repetitions = Int(arguments[2]) else {
      throw Misuse(description: "usage: WireBenchmark FOLDER REPETITIONS")
    }
    try WireBenchmark(folder: arguments[1], repetitions: repetitions).run()
  }

  func run() throws {
    var times: [String: [String: [Double]]] = [:]
    let names = try FileManager.default.contentsOfDirectory(atPath: self.folder)
    for name in names.sorted() where name.hasSuffix(".dump") {
      let dump = [UInt8](try Data(contentsOf: URL(filePath: "\(self.folder)/\(name)")))
      times[String(name.dropLast(5))] = try self.times(dump)
    }
    let json = try JSONSerialization.data(withJSONObject: times, options: .sortedKeys)
    print(String(decoding: json, as: UTF8.self))
  }

  private func times(_ dump: [UInt8]) throws -> [String: [Double]] {
    let value = try self.serializer.value(from: dump)
    let again = try self.serializer.bytes(of: value)
    precondition(again == dump, "the bytes differ")
    let rounds = max(1, min(100_000, 4_000_000 / dump.count))
    return [
      "encode": try self.measure(rounds) { try self.serializer.bytes(of: value).count },
      "decode": try self.measure(rounds) {
        if case .none = try self.serializer.value(from: dump) { 0 } else { 1 }
      },
      "memcpy": self.measure(rounds) { self.copy(dump).count },
    ]
  }

  /// A copy into memory that is allocated for it, as reading and writing need it.
  private func copy(_ bytes: [UInt8]) -> [UInt8] {
    unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// The seconds that one round takes in each repetition.
  private func measure(_ rounds: Int, _ work: () throws -> Int) rethrows -> [Double] {
    let clock = ContinuousClock()
    var checksum = 0
    let times = try (0..<self.repetitions).map { _ in
      let time = try clock.measure {
        for _ in 0..<rounds { checksum &+= try work() }
      }
      return time / .seconds(1) / Double(rounds)
    }
    precondition(checksum > 0, "the work had no result")
    return times
  }
}

/// A wrong command line.
struct Misuse: Error, CustomStringConvertible {
  let description: String
}
