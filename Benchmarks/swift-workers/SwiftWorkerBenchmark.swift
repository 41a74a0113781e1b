import ConvokeActors
import ConvokeGateway
import ConvokeWire
import ConvokeWorker
import Foundation

/// Times a worker in Swift, this very program, and prints one JSON object of figures.
///
/// Arguments: a figure to measure, or `all`.
@main
enum SwiftWorkerBenchmark {
  static let count = 300_000
  static let blocks = 300

  static func main() async throws {
    await Worker.serveIfAsked(Tasks.all, services: [.actors])
    let wanted = CommandLine.arguments.dropFirst().first ?? "all"
    var figures: [String: Double] = [:]
    for (name, work) in self.works where wanted == "all" || wanted == name {
      figures[name] = try await withGateway("local//swift=\(CommandLine.arguments[0])") { gateway in
        let channel = try gateway.execute(.task("echo"))
        try await channel.send(1)
        _ = try await channel.receive()
        channel.close()
        return try await work(gateway)
      }
    }
    let json = try JSONSerialization.data(withJSONObject: figures, options: .sortedKeys)
    print(String(decoding: json, as: UTF8.self))
  }

  static var works: [(String, (Gateway) async throws -> Double)] {
    [
      ("echo", self.echo), ("pipelined", self.pipelined), ("send", self.send),
      ("receive", self.receive), ("large send", self.largeSend),
      ("large receive", self.largeReceive), ("actor call", self.actorCall),
      ("actor calls", self.actorCalls),
    ]
  }

  static func microseconds(_ count: Int, _ work: () async throws -> Void) async throws -> Double {
    let time = try await ContinuousClock().measure { try await work() }
    return time / .microseconds(1) / Double(count)
  }
}

// MARK: - Messages

extension SwiftWorkerBenchmark {
  static func echo(_ gateway: Gateway) async throws -> Double {
    let channel = try gateway.execute(.task("echo"))
    return try await self.microseconds(10_000) {
      for number in 0..<10_000 {
        try await channel.send(number)
        _ = try await channel.receive(as: Int.self)
      }
    }
  }

  static func pipelined(_ gateway: Gateway) async throws -> Double {
    let channel = try gateway.execute(.task("echo"))
    return try await self.microseconds(self.count) {
      async let sent: Void = { for number in 0..<self.count { try await channel.send(number) } }()
      for _ in 0..<self.count { _ = try await channel.receive() }
      try await sent
    }
  }

  static func send(_ gateway: Gateway) async throws -> Double {
    let channel = try gateway.execute(.task("sink", self.count))
    return try await self.microseconds(self.count) {
      for number in 0..<self.count { try await channel.send(number) }
      _ = try await channel.receive()
    }
  }

  static func receive(_ gateway: Gateway) async throws -> Double {
    try await self.microseconds(self.count) {
      var received = 0
      for try await _ in try gateway.execute(.task("source", self.count)) { received += 1 }
      precondition(received == self.count, "\(received) of \(self.count) items came")
    }
  }

  static func largeSend(_ gateway: Gateway) async throws -> Double {
    let block = WireValue.bytes([UInt8](repeating: 7, count: 1 << 20))
    let channel = try gateway.execute(.task("sink", self.blocks))
    return try await self.microseconds(self.blocks) {
      for _ in 0..<self.blocks { try await channel.send(block) }
      _ = try await channel.receive()
    }
  }

  static func largeReceive(_ gateway: Gateway) async throws -> Double {
    let channel = try gateway.execute(.task("source blocks", self.blocks))
    return try await self.microseconds(self.blocks) {
      for _ in 0..<self.blocks {
        let size = try await channel.receive().bytes?.count
        precondition(size == 1 << 20, "a block has \(size ?? 0) bytes")
      }
    }
  }
}

// MARK: - Actors

extension SwiftWorkerBenchmark {
  static func actorCall(_ gateway: Gateway) async throws -> Double {
    let actor = try await gateway.spawn(Echo.self)
    return try await self.microseconds(10_000) {
      for number in 0..<10_000 { _ = try await actor.echo(number) }
    }
  }

  /// With a window of 64 calls.
  static func actorCalls(_ gateway: Gateway) async throws -> Double {
    let actor = try await gateway.spawn(Echo.self)
    let share = 2000
    return try await self.microseconds(64 * share) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<64 {
          group.addTask { for number in 0..<share { _ = try await actor.echo(number) } }
        }
        try await group.waitForAll()
      }
    }
  }
}

/// What runs on the worker.
enum Tasks {
  static let all = [
    RemoteTask("echo") { channel in for try await item in channel { try await channel.send(item) } },
    RemoteTask("sink") { (channel, count: Int) in
      for _ in 0..<count { _ = try await channel.receive() }
      try await channel.send(1)
    },
    RemoteTask("source") { (channel, count: Int) in
      for number in 0..<count { try await channel.send(number) }
    },
    RemoteTask("source blocks") { (channel, count: Int) in
      let block = WireValue.bytes([UInt8](repeating: 120, count: 1 << 20))
      for _ in 0..<count { try await channel.send(block) }
    },
  ]
}
