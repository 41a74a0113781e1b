import ConvokeGateway
import ConvokeWire
import ConvokeWorker
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RemoteTaskTests {
  private struct Point: Codable, Sendable, Equatable {
    var x: Int
    var label: String?
  }

  private static let tasks = [
    RemoteTask("multiply") { (channel, factor: Int) in
      for try await number in channel.items(as: Int.self) {
        try await channel.send(number * factor)
      }
    },
    RemoteTask("describe") { (channel, name: String, points: [Point], scale: Double?) in
      try await channel.send("\(name) \(points.count) \(scale.map { "\($0)" } ?? "none")")
      for point in points { try await channel.send(point) }
    },
    RemoteTask("fail") { channel in throw GatewayError(.badValue, "the disk is on fire") },
    RemoteTask("sleep") { channel in
      try await channel.send("asleep")
      let error = await #expect(throws: CancellationError.self) {
        try await Task.sleep(for: .seconds(1000))
      }
      Self.woken.yield("\(error.map { "\($0)" } ?? "awake")")
    },
  ]
  private static let (wakes, woken) = AsyncStream<String>.makeStream()

  private func withWorker(_ body: (Gateway) async throws -> Void) async throws {
    let gateway = try await Gateway.inProcess(Self.tasks)
    try await body(gateway)
    await gateway.terminate(within: .seconds(2))
  }

  @Test func `a task has its channel and typed arguments`() async throws {
    try await self.withWorker { gateway in
      let channel = try gateway.execute(.task("multiply", 3))
      for number in 1...3 { try await channel.send(number) }
      for number in 1...3 {
        #expect(try await channel.receive(as: Int.self, within: .seconds(40)) == number * 3)
      }
      let points = [Point(x: 1, label: "a"), Point(x: -2, label: nil)]
      let other = try gateway.execute(.task("describe", "two", points, Double?.none))
      #expect(try await other.receive(as: String.self) == "two 2 none")
      #expect(try await other.receive(as: Point.self) == points[0])
      #expect(try await other.receive(as: Point.self) == points[1])
      try await other.waitClosed(within: .seconds(40))
    }
  }

  @Test func `what a task throws arrives with its words`() async throws {
    try await self.withWorker { gateway in
      let channel = try gateway.execute(.task("fail"))
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.code == .remote)
      #expect(error?.message.contains("the disk is on fire") == true)
    }
  }

  @Test(arguments: [
    ("multiply", "takes more than the 0 arguments"), ("mulitply", "there is no task 'mulitply'"),
    ("describe", "takes more than the 0 arguments"),
  ])
  func `a wrong call says what is wrong`(name: String, words: String) async throws {
    try await self.withWorker { gateway in
      let channel = try gateway.execute(.task(name))
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.message.contains(words) == true)
    }
  }

  @Test func `an argument of another type is named`() async throws {
    try await self.withWorker { gateway in
      let channel = try gateway.execute(.task("multiply", "three"))
      let error = await #expect(throws: GatewayError.self) { _ = try await channel.receive() }
      #expect(error?.message.contains("argument 1 of the task 'multiply'") == true)
    }
  }

  @Test func `closing the channel cancels the task`() async throws {
    try await self.withWorker { gateway in
      let channel = try gateway.execute(.task("sleep"))
      _ = try await channel.receive()
      channel.close()
      var wakes = Self.wakes.makeAsyncIterator()
      #expect(await wakes.next()?.contains("Cancellation") == true)
    }
  }

  @Test func `source code is refused with what the worker can do`() async throws {
    try await self.withWorker { gateway in
      let error = #expect(throws: GatewayError.self) { try gateway.execute(.python("pass")) }
      #expect(error?.code == .misuse)
      #expect(error?.message.contains("runs Swift") == true)
    }
  }
}
