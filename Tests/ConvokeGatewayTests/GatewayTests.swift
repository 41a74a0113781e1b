import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GatewayTests {
  @Test func `code runs on a worker and talks over its channel`() async throws {
    let answer = try await withGateway { gateway in
      let channel = try gateway.execute(.python("channel.send(channel.receive() + 1)"))
      try await channel.send(41)
      return try await channel.receive(as: Int.self)
    }
    #expect(answer == 42)
  }

  @Test func `arguments have their names`() async throws {
    try await withGateway { gateway in
      let program = RemoteProgram.python(
        """
        def twice():
            return value * 2
        channel.send(twice())
        """,
        ["value": 21]
      )
      let answer = try await gateway.execute(program).receive(as: Int.self)
      #expect(answer == 42)
    }
  }

  @Test func `an error arrives with its traceback, once`() async throws {
    try await withGateway { gateway in
      let channel = try gateway.execute(.python("channel.send(1)\nraise ValueError('boom')"))
      #expect(try await channel.receive(as: Int.self) == 1)
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.code == .remote)
      #expect(error?.remoteTraceback?.contains("ValueError: boom") == true)
      let end = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(end?.code == .endOfChannel)
    }
  }

  @Test func `a worker says what it is and how busy it is`() async throws {
    try await withGateway("popen//id=me//env:X=1//chdir=/usr") { gateway in
      #expect(gateway.id == "me")
      let information = try await gateway.information()
      #expect(information.directory == "/usr")
      #expect(information.platform == "linux")
      let channel = try gateway.execute(.python("channel.receive()"))
      let status = try await gateway.remoteStatus()
      #expect(status.executing == 1)
      channel.close()
      let variable = try gateway.execute(.python("import os; channel.send(os.environ['X'])"))
      #expect(try await variable.receive(as: String.self) == "1")
    }
  }

  @Test func `channels travel over channels`() async throws {
    try await withGateway { gateway in
      let other = try gateway.newChannel()
      let channel = try gateway.execute(
        .python(
          """
          other = channel.receive()["it"]
          other.send("over there")
          mine = channel.gateway.newchannel()
          channel.send([mine])
          channel.send(mine.receive())
          """
        )
      )
      try await channel.send(.dictionary([.init("it", .channel(other.reference))]))
      #expect(try await other.receive(as: String.self) == "over there")
      let item = try await channel.receive()
      guard case .channel(let reference)? = item.elements?.first else {
        Issue.record("no channel in \(item)")
        return
      }
      try await gateway.channel(for: reference).send("back")
      #expect(try await channel.receive(as: String.self) == "back")
    }
  }

  @Test func `items come as a sequence, and to a callback with its end marker`() async throws {
    try await withGateway { gateway in
      let source = "for number in range(1000): channel.send(number)"
      var numbers: [Int] = []
      for try await number in try gateway.execute(.python(source)).items(as: Int.self) {
        numbers.append(number)
      }
      #expect(numbers == Array(0..<1000))
      let (stream, continuation) = AsyncStream.makeStream(of: WireValue.self)
      try gateway.execute(.python(source)).setCallback(endMarker: WireValue.none) { item in
        continuation.yield(item)
        if case .none = item { continuation.finish() }
      }
      var count = 0
      for await _ in stream { count += 1 }
      #expect(count == 1001)
    }
  }

  @Test func `waiting ends at its limit and with its task`() async throws {
    try await withGateway { gateway in
      let channel = try gateway.execute(.python("channel.receive()"))
      let late = await #expect(throws: GatewayError.self) {
        _ = try await channel.receive(within: .milliseconds(50))
      }
      #expect(late?.code == .timedOut)
      let task = Task { try await channel.receive() }
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
    }
  }

  @Test func `a slow worker holds back the sender`() async throws {
    try await withGateway { gateway in
      let channel = try gateway.execute(
        .python("gate = channel.receive()\ngate.receive()\nfor item in channel: pass")
      )
      let gate = try gateway.newChannel()
      try await channel.send(gate)
      let piece = WireValue.bytes([UInt8](repeating: 7, count: 100_000))
      let sent = Mutex(0)
      async let sending: Void = {
        for _ in 0..<60 {
          try await channel.send(piece)
          sent.withLock { $0 += 1 }
        }
      }()
      // Six megabytes do not fit into a window of four.
      let count = try await settled { sent.withLock { $0 } }
      #expect(40...45 ~= count)
      try await gate.send(1)
      try await sending
      channel.close()
    }
  }

  @Test func `both sides can send at once`() async throws {
    try await withGateway { gateway in
      let channel = try gateway.execute(
        .python(
          """
          import threading
          def sink():
              for item in channel:
                  if item is None: break
          thread = threading.Thread(target=sink)
          thread.start()
          for _ in range(400): channel.send(b"x" * 100000)
          thread.join()
          """
        )
      )
      async let sent: Void = {
        for _ in 0..<400 { try await channel.send(.bytes([UInt8](repeating: 1, count: 100_000))) }
        try await channel.send(WireValue.none)
      }()
      var received = 0
      for try await item in channel { received += item.bytes?.count ?? 0 }
      try await sent
      #expect(received == 40_000_000)
    }
  }

  @Test(arguments: ["while True: pass", "import time; time.sleep(1000)", "channel.receive()"])
  func `a worker ends in time, whatever it does`(source: String) async throws {
    var options = GatewayOptions()
    options.closeTimeout = .milliseconds(500)
    let id = try await withGateway(options: options) { gateway in
      _ = try gateway.execute(.python(source))
      return try await gateway.information().processID
    }
    #expect(await Command("kill", "-0", "\(id)").run().outcome == .exited(1))
  }

  @Test func `a missing interpreter is an error that says so`() async throws {
    let error = await #expect(throws: GatewayError.self) {
      try await withGateway("popen//python=no-such-python") { (_: Gateway) async throws -> Void in }
    }
    #expect(error?.code == .notStarted)
    #expect(error?.message.contains("no-such-python") == true)
  }

  @Test func `a killed worker fails its channels at once`() async throws {
    try await withGateway { gateway in
      let channel = try gateway.execute(.python("import os; os.kill(os.getpid(), 9)"))
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.code == .gatewayLost)
      await #expect(throws: GatewayError.self) { () async throws -> Void in
        try await channel.send(1)
      }
    }
  }

  @Test func `a group keeps its order and addresses its members`() async throws {
    try await withGroup(["popen*3", "popen//id=last"]) { group in
      #expect(group.gateways.map(\.id) == ["gw0", "gw1", "gw2", "last"])
      #expect(group[-1].id == "last")
      #expect(group["gw1"]?.id == "gw1")
      let channels = try group.execute(.python("channel.send(channel.receive() * 2)"))
      try await channels.sendEach(21)
      #expect(try await channels.receiveEach().map(\.int) == [42, 42, 42, 42])
    }
  }

  @Test func `items of many channels merge`() async throws {
    try await withGroup(["popen*3"]) { group in
      let channels = try group.execute(.python("for number in range(50): channel.send(number)"))
      var total = 0
      for try await (_, item) in channels { total += item.int ?? 0 }
      #expect(total == 3 * 1225)
    }
  }

  @Test func `a gateway through two others works and ends`() async throws {
    try await withGroup { group in
      for spec in ["popen//id=a", "popen//id=b//via=a", "popen//id=c//via=b"] {
        _ = try await group.open(spec)
      }
      let channel = try #require(group["c"]).execute(.python("channel.send(channel.receive())"))
      try await channel.send("through")
      #expect(try await channel.receive(as: String.self) == "through")
    }
  }

  @Test func `a server can be installed through a gateway`() async throws {
    try await withGroup { group in
      _ = try await group.open("popen//id=host")
      let gateway = try await group.open("socket//installvia=host//id=guest")
      let channel = try gateway.execute(.python("channel.send('hello')"))
      #expect(try await channel.receive(as: String.self) == "hello")
    }
  }
}

@Suite(.timeLimit(.minutes(1)))
struct JavaScriptGatewayTests {
  @Test func `JavaScript runs on Node`() async throws {
    try await withGateway("popen//javascript//env:Y=2") { gateway in
      let program = RemoteProgram.javascript(
        "channel.send([await channel.receive() + added, process.env.Y])",
        ["added": 1]
      )
      let channel = try gateway.execute(program)
      try await channel.send(41)
      let items = try await channel.receive()
      #expect(items.elements?[0].int == 42)
      #expect(items.elements?[1].string == "2")
      #expect(try await gateway.information().executable.contains("node"))
      let failing = try gateway.execute(.javascript("throw new Error('boom')"))
      let error = await #expect(throws: GatewayError.self) { _ = try await failing.receive() }
      #expect(error?.remoteTraceback?.contains("boom") == true)
    }
  }
}
