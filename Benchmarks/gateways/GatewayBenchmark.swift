import ConvokeGateway
import ConvokeWire
import Foundation

/// Times gateways as `gateways.py` times execnet's, and prints one JSON object of lists of figures.
///
/// Arguments: a figure to measure or `all`, the program that only counts, the Python, how often.
@main
struct GatewayBenchmark {
  let wanted: String
  let counter: String
  let python: String
  let repetitions: Int

  static func main() async throws {
    let words = CommandLine.arguments
    guard words.count == 5, let repetitions = Int(words[4]) else {
      throw Misuse(description: "usage: GatewayBenchmark FIGURE|all COUNTER PYTHON REPETITIONS")
    }
    let benchmark = GatewayBenchmark(
      wanted: words[1],
      counter: words[2],
      python: words[3],
      repetitions: repetitions
    )
    let figures = try await benchmark.figures()
    let json = try JSONSerialization.data(withJSONObject: figures, options: .sortedKeys)
    print(String(decoding: json, as: UTF8.self))
  }

  func figures() async throws -> [String: [Double]] {
    var figures: [String: [Double]] = [:]
    for (name, work) in self.works where self.isWanted(name) {
      for _ in 0..<self.repetitions { figures[name, default: []].append(try await work()) }
    }
    return figures
  }

  private func isWanted(_ name: String) -> Bool { self.wanted == "all" || self.wanted == name }

  private var works: [(String, () async throws -> Double)] {
    let worker = "popen//python=\(self.python)"
    let counter = "popen//python=\(self.counter)"
    return [
      ("start", { try await self.start(worker, count: 1) }),
      ("start 10", { try await self.start(worker, count: 10) }),
      ("end", { try await self.end(worker) }),
      ("execute", { try await self.with(worker) { try await self.execute($0, count: 300) } }),
      ("echo", { try await self.with(worker) { try await self.echo($0, count: 3000) } }),
      ("pipelined", { try await self.with(worker) { try await self.pipelined($0) } }),
      ("send", { try await self.with(worker) { try await self.send($0, Programs.sink) } }),
      ("receive", { try await self.with(worker) { try await self.receive($0, Programs.source) } }),
      ("large send", { try await self.with(worker) { try await self.largeSend($0) } }),
      ("large receive", { try await self.with(worker) { try await self.largeReceive($0) } }),
      ("memory", { try await self.with(worker) { try await self.memory($0) } }),
      (
        "counter send",
        { try await self.counting(counter) { try await self.send($0, "sink 300000", 300_000) } }
      ),
      (
        "counter receive",
        {
          try await self.counting(counter) { try await self.receive($0, "source 300000", 300_000) }
        }
      ),
      (
        "counter pipelined",
        {
          try await self.counting(counter) { try await self.pipelined($0, "echo 300000", 300_000) }
        }
      ),
    ]
  }

  private func with(
    _ spec: String,
    _ options: GatewayOptions = GatewayOptions(),
    _ body: (Gateway) async throws -> Double
  ) async throws -> Double {
    try await withGateway(spec, options: options) { gateway in
      let channel = try gateway.execute(.python("channel.send(channel.receive())"))
      try await channel.send(1)
      _ = try await channel.receive()
      return try await body(gateway)
    }
  }

  private func counting(
    _ spec: String,
    _ body: (Gateway) async throws -> Double
  ) async throws -> Double {
    var options = GatewayOptions()
    options.usesExecnetWorkers = true
    return try await withGateway(spec, options: options, body)
  }
}

// MARK: - Lives of gateways

extension GatewayBenchmark {
  private func start(_ spec: String, count: Int) async throws -> Double {
    let clock = ContinuousClock()
    let begin = clock.now
    return try await withGroup(Array(repeating: spec, count: count)) { group in
      let channels = try group.execute(.python("channel.send(1)"))
      _ = try await channels.receiveEach()
      return (clock.now - begin) / .milliseconds(1)
    }
  }

  private func end(_ spec: String) async throws -> Double {
    let clock = ContinuousClock()
    let group = GatewayGroup()
    _ = try await group.open(spec).execute(.python("channel.send(1)")).receive()
    let begin = clock.now
    await group.terminate()
    return (clock.now - begin) / .milliseconds(1)
  }

  private func execute(_ gateway: Gateway, count: Int) async throws -> Double {
    try await self.microseconds(count) {
      for _ in 0..<count {
        let channel = try gateway.execute(.python("channel.send(1)"))
        _ = try await channel.receive()
        try await channel.waitClosed()
      }
    }
  }

  private func memory(_ gateway: Gateway) async throws -> Double {
    let id = try await gateway.information().processID
    let text = try String(contentsOfFile: "/proc/\(id)/smaps_rollup", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") } ?? ""
    return (Double(line.split(separator: " ")[1]) ?? 0) / 1024
  }
}

// MARK: - Messages

extension GatewayBenchmark {
  private func microseconds(_ count: Int, _ work: () async throws -> Void) async throws -> Double {
    let time = try await ContinuousClock().measure { try await work() }
    return time / .microseconds(1) / Double(count)
  }

  private func echo(_ gateway: Gateway, count: Int) async throws -> Double {
    let channel = try gateway.execute(.python(Programs.echo(count)))
    return try await self.microseconds(count) {
      for number in 0..<count {
        try await channel.send(number)
        _ = try await channel.receive(as: Int.self)
      }
    }
  }

  private func pipelined(
    _ gateway: Gateway,
    _ program: String = Programs.echo(Programs.count),
    _ count: Int = Programs.count
  ) async throws -> Double {
    let channel = try gateway.execute(.python(program))
    return try await self.microseconds(count) {
      async let sent: Void = { for number in 0..<count { try await channel.send(number) } }()
      for _ in 0..<count { _ = try await channel.receive() }
      try await sent
    }
  }

  private func send(
    _ gateway: Gateway,
    _ program: String,
    _ count: Int = Programs.count
  ) async throws -> Double {
    let channel = try gateway.execute(.python(program))
    return try await self.microseconds(count) {
      for number in 0..<count { try await channel.send(number) }
      _ = try await channel.receive()
    }
  }

  private func receive(
    _ gateway: Gateway,
    _ program: String,
    _ count: Int = Programs.count
  ) async throws -> Double {
    try await self.microseconds(count) {
      var received = 0
      for try await _ in try gateway.execute(.python(program)) { received += 1 }
      precondition(received == count, "\(received) of \(count) items came")
    }
  }

  private func largeSend(_ gateway: Gateway) async throws -> Double {
    let block = WireValue.bytes([UInt8](repeating: 7, count: 1 << 20))
    let channel = try gateway.execute(.python(Programs.sinkBlocks))
    return try await self.microseconds(Programs.blocks) {
      for _ in 0..<Programs.blocks { try await channel.send(block) }
      _ = try await channel.receive()
    }
  }

  private func largeReceive(_ gateway: Gateway) async throws -> Double {
    let channel = try gateway.execute(.python(Programs.sourceBlocks))
    return try await self.microseconds(Programs.blocks) {
      for _ in 0..<Programs.blocks {
        let size = try await channel.receive().bytes?.count
        precondition(size == 1 << 20, "a block has \(size ?? 0) bytes")
      }
    }
  }
}

/// What runs on the Python worker; the same as in `gateways.py`.
enum Programs {
  static let count = 100_000
  static let blocks = 300
  static let sink = "for _ in range(\(count)): channel.receive()\nchannel.send(1)"
  static let source = "for i in range(\(count)): channel.send(i)"
  static let sinkBlocks = "for _ in range(\(blocks)): channel.receive()\nchannel.send(1)"
  static let sourceBlocks = "d = b'x' * (1 << 20)\nfor _ in range(\(blocks)): channel.send(d)"

  static func echo(_ count: Int) -> String {
    "for _ in range(\(count)): channel.send(channel.receive())"
  }
}

/// A wrong command line.
struct Misuse: Error, CustomStringConvertible {
  let description: String
}
