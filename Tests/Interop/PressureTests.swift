import ConvokeGateway
import ConvokeWire
import Foundation
import Testbed
import Testing

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

  @Test(arguments: ["popen", "popen//execmodel=asyncio", "popen//id=m popen//via=m"])
  func `a worker that does not read holds back the sender`(specs: String) async throws {
    try await Endpoint(specs: specs.split(separator: " ").map(String.init)).with { gateway in
      let isAsync = specs.contains("asyncio")
      let sleep =
        isAsync ? "import asyncio\nawait asyncio.sleep(50)" : "import time\ntime.sleep(50)"
      let channel = try gateway.execute(.python(sleep))
      let worker = try await gateway.information().processID
      let before = try (Self.memory(worker), Self.memory(getpid()))
      let sender = Task { () async throws -> Int in
        var sent = 0
        while !Task.isCancelled {
          do { try await channel.send(Self.piece) } catch { break }
          sent += 1
        }
        return sent
      }
      try await Task.sleep(for: .milliseconds(700))
      sender.cancel()
      // A window of 4 MiB, and what is in pipes.
      #expect(try await sender.value < 60)
      #expect(try Self.memory(worker) - before.0 < 24)
      #expect(try Self.memory(getpid()) - before.1 < 64)
    }
  }

  @Test func `a program that does not read holds back the worker`() async throws {
    try await withGateway { gateway in
      let worker = try await gateway.information().processID
      let before = try (Self.memory(worker), Self.memory(getpid()))
      let channel = try gateway.execute(
        .python("piece = b'x' * (256 << 10)\nfor _ in range(2000): channel.send(piece)")
      )
      try await Task.sleep(for: .milliseconds(700))
      #expect(try Self.memory(worker) - before.0 < 24)
      #expect(try Self.memory(getpid()) - before.1 < 64)
      var count = 0
      for try await _ in channel { count += 1 }
      #expect(count == 2000)
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
      let sender = Task { () async throws -> Int in
        var sent = 0
        while !Task.isCancelled {
          do { try await channel.send(Self.piece) } catch { break }
          sent += 1
        }
        return sent
      }
      try await Task.sleep(for: .milliseconds(300))
      sender.cancel()
      #expect(try await sender.value <= 16)
    }
  }
}
