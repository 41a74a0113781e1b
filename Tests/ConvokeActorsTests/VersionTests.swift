import ConvokeActors
import ConvokeGateway
import ConvokeWire
import ConvokeWorker
import Testing
import WorkerFixtures

/// Actors of another version, as the other side of a channel.
private struct OtherActors: WorkerService {
  let name = "actors"
  let version: Int

  /// The first message of that version.
  var hello: WireValue { .tuple([0, .int(self.version), 77, "what a later version may add"]) }

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    try await channel.send(self.hello)
    for try await _ in channel {}
  }
}

@Suite(.timeLimit(.minutes(1)))
struct VersionTests {
  private static func withGateway(
    _ service: any WorkerService,
    _ body: (Gateway) async throws -> Void
  ) async throws {
    let gateway = try await Gateway.inProcess([], services: [service])
    try await body(gateway)
    await gateway.terminate(within: .seconds(2))
  }

  @Test(arguments: [0, 2, 9])
  func `a worker of another version is refused with both versions`(version: Int) async throws {
    try await Self.withGateway(OtherActors(version: version)) { gateway in
      let error = await #expect(throws: ActorError.self) {
        try await gateway.spawn(Desk.self, .init(name: "x"), system: ConvokeActorSystem())
      }
      #expect(error?.code == .refused)
      #expect(error?.message.contains("version \(version) of the messages") == true)
      #expect(error?.message.contains("the other one version 1:") == true)
      #expect(error?.message.contains("a newer convoke on the side of") == true)
    }
  }

  @Test func `a controller of another version is told both versions`() async throws {
    try await Self.withGateway(ActorService(ConvokeActorSystem())) { gateway in
      let channel = try gateway.execute(.service("actors"))
      #expect(try await channel.receive(within: .seconds(20)).elements?.first == 0)
      try await channel.send(OtherActors(version: 9).hello)
      let error = await #expect(throws: GatewayError.self) {
        try await channel.waitClosed(within: .seconds(20))
      }
      let sentence = "one side speaks version 9 of the messages of actors, the other one version 1"
      #expect("\(String(describing: error))".contains(sentence))
    }
  }

  @Test func `what begins otherwise is no actor service`() async throws {
    try await Self.withGateway(Parrot()) { gateway in
      let error = await #expect(throws: ActorError.self) {
        try await gateway.spawn(Desk.self, .init(name: "x"), system: ConvokeActorSystem())
      }
      #expect(error?.message.contains("began with something else") == true)
    }
  }
}

/// Says what no actors say.
private struct Parrot: WorkerService {
  let name = "actors"

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    try await channel.send("hello?")
    for try await _ in channel {}
  }
}
