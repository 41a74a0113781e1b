import ConvokeSweep
import Foundation
import Glibc

/// Times a store of a sweep: making it, taking and finishing combinations, opening it again.
///
/// `SweepBenchmark make FOLDER COUNT` and `SweepBenchmark open FOLDER` print seconds;
/// `SweepBenchmark work FOLDER COUNT BATCH` opens a store, prints `ready` and waits for a line; then it
/// takes and finishes COUNT combinations, BATCH at a time, and prints the times of beginning and end. Each prints seconds, those of the processor in all, and
/// the peak of its memory in kilobytes.
@main
struct SweepBenchmark {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count > 2 else { fatalError("make|open|work FOLDER [COUNT [BATCH]]") }
    let count = words.count > 3 ? Int(words[3]) ?? 0 : 0
    let taken = try ContinuousClock().measure {
      switch words[1] {
      case "make": try Self.make(words[2], count)
      case "open": print(try SweepStore(words[2]).statistics())
      default: break
      }
    }
    let batch = words.count > 4 ? Int(words[4]) ?? 1 : 1
    let worked = words[1] == "work" ? try Self.work(words[2], count, batch) : taken
    print("seconds \(worked / .seconds(1))")
    print("processor \(Double(clock()) / Double(CLOCKS_PER_SEC))")
    print("peak \(Self.peak())")
  }

  private static func make(_ folder: String, _ count: Int) throws {
    let sweep = Sweep(
      ["size": .range(1...max(1, count / 100)), "mode": .range(1...10), "level": .range(1...10)]
    )
    let store = try SweepStore(folder)
    print(try store.update(to: sweep))
    try store.close()
  }

  private static func work(_ folder: String, _ count: Int, _ batch: Int) throws -> Duration {
    let store = try SweepStore(folder)
    try FileHandle.standardOutput.write(contentsOf: Data("ready\n".utf8))
    _ = readLine()
    let began = Self.now()
    let taken = try ContinuousClock().measure {
      var left = count
      var leases = try store.next(min(batch, left))
      while !leases.isEmpty {
        left -= leases.count
        let ends = leases.map { ($0, SweepEnd(.done)) }
        leases = try store.exchange(ends, for: min(batch, left)).leases
      }
      try store.close()
    }
    print("began \(began)\nended \(Self.now())")
    return taken
  }

  private static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func peak() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
  }
}
