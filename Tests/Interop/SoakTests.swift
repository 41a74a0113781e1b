import ConvokeGateway
import ConvokeWire
import Foundation
import Testbed
import Testing

private let soakSeconds =
  Int(ProcessInfo.processInfo.environment["CONVOKE_SOAK_SECONDS"] ?? "") ?? 0

/// Work for as long as `scripts/soak` says; not run otherwise.
@Suite(.enabled(if: soakSeconds > 0), .timeLimit(.minutes(120)))
struct SoakTests {
  private struct Usage: CustomStringConvertible {
    var descriptors: Int
    var threads: Int
    var memory: Int

    static func now() throws -> Usage {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let number = { (name: String) in
        status.split(separator: "\n").first { $0.hasPrefix(name) }?
          .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      return Usage(
        descriptors: names.count,
        threads: number("Threads:"),
        memory: number("VmRSS:") / 1024
      )
    }

    var description: String {
      "\(self.descriptors) descriptors, \(self.threads) threads, \(self.memory) MiB"
    }
  }

  @Test func `descriptors and memory stay flat`() async throws {
    let seed = UInt64(ProcessInfo.processInfo.environment["SEED"] ?? "") ?? 1
    var random = SeededGenerator(seed: seed)
    let end = ContinuousClock.now.advanced(by: .seconds(soakSeconds))
    for _ in 0..<3 { try await self.round(&random) }
    let before = try Usage.now()
    var rounds = 0
    while ContinuousClock.now < end {
      try await self.round(&random)
      rounds += 1
    }
    #expect(
      try await eventually { try Usage.now().descriptors <= before.descriptors + 2 }
    )
    let after = try Usage.now()
    print("soak: \(rounds) rounds; \(before), then \(after)")
    #expect(after.threads <= before.threads + 4)
    #expect(after.memory <= before.memory + 32)
  }

  // A round, after which its workers are gone: later, others may have their numbers.
  private func round(_ random: inout SeededGenerator) async throws {
    let workers = try await self.work(&random)
    #expect(try await eventually { !workers.contains(where: ProcessTable.isAlive) })
  }

  // Four gateways, one of them through another; messages both ways, and perhaps a kill in between.
  private func work(_ random: inout SeededGenerator) async throws -> [Int32] {
    let victim = Int.random(in: 0..<8, using: &random)
    let count = Int.random(in: 1..<2000, using: &random)
    let delay = Int.random(in: 0..<20, using: &random)
    return try await withGroup(["popen", "popen", "popen", "popen//via=gw0"]) { group in
      var workers: [Int32] = []
      for gateway in group.gateways { workers.append(try await gateway.information().processID) }
      let channels = try group.execute(.python("for item in channel: channel.send(item)"))
      async let echoes: Void = withTaskGroup(of: Void.self) { tasks in
        for channel in channels.channels { tasks.addTask { await Self.echo(channel, count) } }
      }
      try await Task.sleep(for: .milliseconds(delay))
      if victim < workers.count { kill(workers[victim], SIGKILL) }
      await echoes
      return workers
    }
  }

  // Ends when all has come back, or the worker is gone.
  private static func echo(_ channel: Channel, _ count: Int) async {
    async let sent: Void = {
      for number in 0..<count { try await channel.send(number) }
    }()
    do {
      for _ in 0..<count { _ = try await channel.receive(within: .seconds(30)) }
      try await sent
    } catch {
      channel.close()
    }
  }
}
