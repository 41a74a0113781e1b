import ConvokeGateway
import ConvokeWire
import Foundation
import Synchronization
import Testbed
import Testing

private final class Count: Sendable {
  let value = Mutex(0)
}

/// A slow consumer bounds the memory of both sides.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PressureTests {
  private static let piece = WireValue.bytes([UInt8](repeating: 9, count: 256 << 10))

  /// Resident memory in MiB.
  private static func memory(_ id: Int32) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 / 1024 } ?? 0
  }

  /// Sends pieces until it is cancelled; hands out how many went before nothing moved any more.
  private static func sendUntilStuck(
    on channel: Channel,
    _ body: () throws -> Void
  ) async throws -> Int {
    let sent = Count()
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        while !Task.isCancelled {
          do { try await channel.send(Self.piece) } catch { break }
          sent.value.withLock { $0 += 1 }
        }
      }
      defer { tasks.cancelAll() }
      let count = try await settled { sent.value.withLock { $0 } }
      try body()
      return count
    }
  }

  @Test(arguments: ["popen", "popen//execmodel=asyncio", "popen//id=m popen//via=m"])
  func `a worker that does not read holds back the sender`(specs: String) async throws {
    try await Endpoint(specs: specs.split(separator: " ").map(String.init)).with { gateway in
      let isAsync = specs.contains("asyncio")
      let sleep =
        isAsync ? "import asyncio\nawait asyncio.sleep(50)" : "import time\ntime.sleep(50)"
      let channel = try gateway.execute(.python(sleep))
      let worker = try await gateway.information().processID
      let before = try (Self.memory(worker), Self.memory(getpid()))
      let sent = try await Self.sendUntilStuck(on: channel) {
        let after = try (Self.memory(worker), Self.memory(getpid()))
        #expect(after.0 - before.0 < 24)
        #expect(after.1 - before.1 < 64)
      }
      // A window of 4 MiB, and what is in pipes.
      #expect(16..<60 ~= sent)
    }
  }

  @Test func `a program that does not read holds back the worker`() async throws {
    try await withGateway { gateway in
      let worker = try await gateway.information().processID
      let before = try (Self.memory(worker), Self.memory(getpid()))
      let sent = Mutex(0)
      let progress = try gateway.newChannel()
      let channel = try gateway.execute(
        .python(
          """
          progress = channel.receive()
          piece = b'x' * (256 << 10)
          for number in range(2000):
              channel.send(piece)
              progress.send(number + 1)
          """
        )
      )
      try await channel.send(progress)
      try progress.setCallback { item in sent.withLock { $0 = item.int ?? 0 } }
      let count = try await settled { sent.withLock { $0 } }
      #expect(16..<60 ~= count)
      #expect(try Self.memory(worker) - before.0 < 24)
      #expect(try Self.memory(getpid()) - before.1 < 64)
      var received = 0
      for try await _ in channel { received += 1 }
      #expect(received == 2000)
    }
  }

  @Test func `with genuine execnet the high-water mark bounds this side`() async throws {
    guard Tool.installedExecnetPython != nil else { return }
    var options = GatewayOptions()
    options.usesExecnetWorkers = true
    options.highWater = 2 << 20
    options.closeTimeout = .milliseconds(500)
    try await withGateway("popen//python=\(Tool.execnetPython)", options: options) { gateway in
      let channel = try gateway.execute(.python("channel.receive()"))
      let worker = try await gateway.information().processID
      kill(worker, SIGSTOP)
      #expect(try await Self.sendUntilStuck(on: channel) {} <= 16)
    }
  }
}
