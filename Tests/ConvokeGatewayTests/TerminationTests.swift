import ConvokeGateway
import ConvokeWire
import Glibc
import Testbed
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct TerminationTests {
  private static let cases: [(String, String)] = [
    ("idle", "channel.receive()"),
    ("busy", "while True: pass"),
    ("asleep", "import time; time.sleep(1000)"),
    (
      "ignoring signals",
      """
      import signal, time
      for number in (2, 15, 1): signal.signal(number, signal.SIG_IGN)
      while True:
          try: time.sleep(1000)
          except BaseException: pass
      """
    ),
    ("stopped", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    ("with a full pipe", "while True: channel.send(b'x' * 100000)"),
  ]

  @Test(arguments: TerminationTests.cases)
  func `ending a worker takes as long as it may and leaves nothing`(
    name: String,
    source: String
  ) async throws {
    let group = GatewayGroup()
    let gateway = try await group.open()
    let child = try await gateway.execute(
      .python(
        """
        import subprocess
        channel.send(subprocess.Popen(["sleep", "1000"]).pid)
        """
      )
    ).receive(as: Int32.self)
    let worker = try await gateway.information().processID
    _ = try gateway.execute(.python(source))
    // It may not be at work yet; what it does then must not matter either.
    _ = try? await gateway.execute(.python("channel.send(1)")).receive(within: .milliseconds(200))
    await group.terminate(within: .milliseconds(800))
    #expect(!ProcessTable.isAlive(worker), "\(name)")
    #expect(try await eventually { !ProcessTable.isAlive(child) }, "a child was left")
    #expect(group.count == 0)
  }

  @Test func `without any time a worker is killed at once`() async throws {
    let group = GatewayGroup()
    let gateway = try await group.open()
    let worker = try await gateway.information().processID
    await group.terminate(within: .zero)
    #expect(!ProcessTable.isAlive(worker))
    #expect(!gateway.isConnected)
  }

  @Test func `waits of no time at all come back`() async throws {
    try await withGateway { gateway in
      #expect(!(await gateway.join(within: .zero)))
      let channel = try gateway.execute(.python("channel.receive()"))
      for _ in 0..<200 {
        let error = await #expect(throws: GatewayError.self) {
          _ = try await channel.receive(within: .zero)
        }
        #expect(error?.code == .timedOut)
        let open = await #expect(throws: GatewayError.self) {
          try await channel.waitClosed(within: .zero)
        }
        #expect(open?.code == .timedOut)
      }
    }
  }

  @Test func `heartbeats find a stopped worker`() async throws {
    var options = GatewayOptions()
    options.heartbeat = .milliseconds(100)
    options.closeTimeout = .milliseconds(100)
    try await withGateway(options: options) { gateway in
      let channel = try gateway.execute(.python("channel.receive()"))
      let worker = try await gateway.information().processID
      kill(worker, SIGSTOP)
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.code == .gatewayLost)
      #expect(error?.message.contains("nothing was heard") == true)
    }
  }

  @Test func `cancelling ends every wait`() async throws {
    try await withGateway { gateway in
      let channel = try gateway.execute(.python("import time; time.sleep(30)"))
      let block = WireValue.bytes([UInt8](repeating: 0, count: 1 << 20))
      let works: [@Sendable () async throws -> Void] = [
        { _ = try await channel.receive() },
        { try await channel.waitClosed() },
        { while true { try await channel.send(block) } },
        { if !(await gateway.join()) { try Task.checkCancellation() } },
      ]
      for delay in [Duration.zero, .milliseconds(30)] {
        for work in works {
          let task = Task { try await work() }
          if delay > .zero { try await Task.sleep(for: delay) }
          task.cancel()
          await #expect(throws: CancellationError.self) { try await task.value }
        }
      }
    }
  }

  @Test func `opening can be cancelled while the worker says nothing`() async throws {
    let group = GatewayGroup()
    let task = Task { try await group.open("popen//python=sh -c 'exec sleep 1000'") }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    #expect(group.count == 0)
  }

  @Test func `one that fails to open does not lose the others`() async throws {
    try await withGroup { group in
      let specs = try [
        "popen//id=a", "popen//python=no-such-python", "popen//id=a", "popen//via=a//id=b",
        "popen//via=nobody", "popen",
      ].map { try GatewaySpec($0) }
      let results = await group.open(all: specs, window: 2)
      let codes = results.map { result in
        switch result {
        case .success(let gateway): gateway.id
        case .failure(let error): "\((error as? GatewayError)?.code as Any)"
        }
      }
      #expect(codes[0] == "a" && codes[3] == "b" && codes[5].hasPrefix("gw"), "\(codes)")
      #expect(codes[1].contains("notStarted") && codes[2].contains("noSuchGateway"), "\(codes)")
      #expect(group.gateways.count == 3)
      let channels = try group.execute(.python("channel.send(1)"))
      #expect(try await channels.receiveEach().map(\.int) == [1, 1, 1])
    }
  }

  @Test func `a gateway may go through one that is opened with it`() async throws {
    try await withGroup(["popen", "popen//via=gw0"]) { group in
      let answer = try await group[1].execute(.python("channel.send(2)")).receive(as: Int.self)
      #expect(answer == 2)
    }
  }

  @Test func `a chain of three with a stopped end is ended in time`() async throws {
    let group = GatewayGroup()
    for spec in ["popen//id=a", "popen//id=b//via=a", "popen//id=c//via=b"] {
      _ = try await group.open(spec)
    }
    let last = try await #require(group["c"]).information().processID
    kill(last, SIGSTOP)
    await group.terminate(within: .seconds(2))
    #expect(try await eventually { !ProcessTable.isAlive(last) })
  }
}
