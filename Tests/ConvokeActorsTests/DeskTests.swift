import ConvokeActors
import ConvokeGateway
import ConvokeWire
import ConvokeWorker
import Distributed
import Foundation
import Testbed
import Testing
import WorkerFixtures

/// Where the actors live.
enum Place: String, CaseIterable {
  case inProcess, process

  func with(_ body: (Gateway, ConvokeActorSystem) async throws -> Void) async throws {
    let system = ConvokeActorSystem()
    switch self {
    case .inProcess:
      let gateway = try await Gateway.inProcess([], services: [ActorService(ConvokeActorSystem())])
      try await body(gateway, system)
      await gateway.terminate(within: .seconds(2))
    case .process:
      try await withGateway("local//swift=\(Fixture.path)") { try await body($0, system) }
    }
  }
}

/// The worker that knows the actors of the tests, beside the program of the tests.
enum Fixture {
  static let path =
    Tool.packageFolder.appending(components: ".build", "debug", "WorkerFixture").path
}

@Suite(.timeLimit(.minutes(1)))
struct DeskTests {
  private func desk(
    _ gateway: Gateway,
    _ system: ConvokeActorSystem,
    _ name: String = "one"
  ) async throws -> Desk {
    try await gateway.spawn(Desk.self, .init(name: name), system: system)
  }

  @Test(arguments: Place.allCases)
  func `methods run where the actor lives and keep its state`(place: Place) async throws {
    try await place.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      #expect(try await desk.whoAreYou() == "one")
      #expect(try await desk.add(20) == 20)
      #expect(try await desk.add(22) == 42)
      try await desk.forget()
      #expect(try await desk.add(1) == 1)
      if place == .process {
        #expect(try await desk.processID() == (try await gateway.information().processID))
      }
    }
  }

  @Test(arguments: Place.allCases)
  func `generic parameters are Codable types of both programs`(place: Place) async throws {
    try await place.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      #expect(try await desk.reverse([1, 2, 3]) == [3, 2, 1])
      #expect(try await desk.reverse(["a": 1.5]["a"].map { [$0, 2] } ?? []) == [2, 1.5])
      let starts = try await desk.reverse([Desk.Start(name: "x"), Desk.Start(name: "y")])
      #expect(starts.map(\.name) == ["y", "x"])
    }
  }

  @Test(arguments: Place.allCases)
  func `errors that can travel arrive as themselves, others with their words`(
    place: Place
  ) async throws {
    try await place.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      await #expect(throws: Desk.Closed(until: 14)) { try await desk.close(until: 14) }
      let error = await #expect(throws: ActorError.self) { try await desk.jam() }
      #expect(error?.code == .thrown)
      #expect(error?.message.contains("the drawer is jammed") == true)
      await #expect(throws: Desk.Closed(until: 9)) {
        _ = try await self.desk(gateway, system, "")
      }
    }
  }

  @Test(arguments: Place.allCases)
  func `actors travel in both directions`(place: Place) async throws {
    try await place.with { gateway, system in
      let there = try await self.desk(gateway, system, "there")
      let here = try Desk(actorSystem: system, start: .init(name: "here"))
      #expect(try await there.ask(here) == "there heard: here")
      let colleague = try await there.colleague("a colleague")
      #expect(try await colleague.whoAreYou() == "a colleague")
      #expect(try await here.ask(colleague) == "here heard: a colleague")
      #expect(colleague.id.node == there.id.node)
    }
  }

  @Test func `an actor of one worker can call one of another`() async throws {
    let system = ConvokeActorSystem()
    try await withGroup(["local*2//swift=\(Fixture.path)"]) { group in
      let pool = try await group.pool(of: Desk.self, .init(name: "desk"), system: system)
      let (one, other) = (pool.members[0].actor, pool.members[1].actor)
      #expect(try await one.ask(other) == "desk heard: desk")
      try? await other.crash()
      let error = await #expect(throws: ActorError.self) { _ = try await one.ask(other) }
      #expect(error?.code == .lost)
    }
  }

  @Test(arguments: Place.allCases)
  func `a channel is an argument`(place: Place) async throws {
    try await place.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      let channel = try gateway.newChannel()
      async let done: Void = desk.double(ChannelArgument(channel))
      for number in 1...3 {
        try await channel.send(number)
        #expect(try await channel.receive(as: Int.self, within: .seconds(40)) == number * 2)
      }
      channel.close()
      try await done
    }
  }

  @Test func `a channel of another gateway is refused`() async throws {
    try await Place.inProcess.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      try await Place.inProcess.with { other, _ in
        let channel = try other.newChannel()
        let error = await #expect(throws: ActorError.self) {
          try await desk.double(ChannelArgument(channel))
        }
        #expect(error?.message.contains("is not of gateway") == true)
      }
    }
  }

  @Test(arguments: Place.allCases)
  func `cancelling a call ends the wait at once and the method over there`(
    place: Place
  ) async throws {
    try await place.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      let channel = try gateway.newChannel()
      let call = Task { try await desk.sleep(telling: ChannelArgument(channel)) }
      #expect(try await channel.receive(as: String.self, within: .seconds(40)) == "asleep")
      call.cancel()
      await #expect(throws: CancellationError.self) { try await call.value }
      #expect(try await channel.receive(as: String.self, within: .seconds(40)) == "cancelled")
    }
  }

  @Test func `a lost host fails its calls at once`() async throws {
    try await Place.process.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      let channel = try gateway.newChannel()
      let call = Task { try await desk.sleep(telling: ChannelArgument(channel)) }
      #expect(try await channel.receive(as: String.self, within: .seconds(40)) == "asleep")
      kill(try await gateway.information().processID, SIGKILL)
      let error = await #expect(throws: ActorError.self) { try await call.value }
      #expect(error?.code == .lost)
      let later = await #expect(throws: ActorError.self) { _ = try await desk.add(1) }
      #expect(later?.code == .lost)
    }
  }

  @Test(arguments: Place.allCases)
  func `a released actor is gone`(place: Place) async throws {
    try await place.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      gateway.release(desk)
      let error = await #expect(throws: ActorError.self) { _ = try await desk.add(1) }
      #expect(error?.code == .notFound)
    }
  }

  @Test func `a thousand calls at once all come back`() async throws {
    try await Place.process.with { gateway, system in
      let desk = try await self.desk(gateway, system)
      let results = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<1000 { group.addTask { try await desk.add(1) } }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(results == Set(1...1000))
    }
  }

  @Test func `a worker without the service says so`() async throws {
    let gateway = try await Gateway.inProcess([])
    let error = await #expect(throws: GatewayError.self) {
      _ = try await gateway.spawn(Desk.self, .init(name: "x"), system: ConvokeActorSystem())
    }
    #expect(error?.message.contains("there is no service 'actors'") == true)
    await gateway.terminate(within: .seconds(2))
  }

  @Test func `it ships itself over ssh`() async throws {
    let fleet = try SSHFleet.shared()
    let program = try StaticPrograms.fixture()
    let specs = fleet.hostNames[10..<14].map {
      "ssh=\($0)//ssh_config=\(fleet.configFile)//swift=\(program)"
    }
    try await withActors(Desk.self, .init(name: "remote"), on: specs) { pool in
      let numbers = pool.map(1...40, window: 2) { desk, number in
        _ = try await desk.add(number)
        return try await desk.processID()
      }
      var processes: Set<Int32> = []
      var count = 0
      for try await process in numbers {
        processes.insert(process)
        count += 1
      }
      #expect(count == 40)
      #expect(processes.count == 4)
    }
  }
}
