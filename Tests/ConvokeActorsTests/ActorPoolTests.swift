import ConvokeActors
import ConvokeGateway
import Distributed
import Synchronization
import Testbed
import Testing
import WorkerFixtures

@Suite(.timeLimit(.minutes(1)))
struct ActorPoolTests {
  private func withPool(
    _ count: Int,
    _ body: (ActorPool<Desk>) async throws -> Void
  ) async throws {
    try await withActors(
      Desk.self,
      .init(name: "desk"),
      on: ["local*\(count)//swift=\(Fixture.path)"],
      system: ConvokeActorSystem(),
      body
    )
  }

  @Test func `results come in the order of the inputs where that is asked for`() async throws {
    try await self.withPool(3) { pool in
      var results: [Int] = []
      let numbers = pool.map(0..<100, window: 3, order: .asGiven) { desk, number in
        _ = try await desk.add(number)
        return number
      }
      for try await number in numbers { results.append(number) }
      #expect(results == Array(0..<100))
    }
  }

  @Test func `no actor has more calls than the window, and inputs are taken as there is room`()
    async throws
  {
    let most = Mutex((now: 0, peak: 0, taken: 0))
    try await self.withPool(2) { pool in
      let inputs = (0..<40).lazy.map { number in
        most.withLock { $0.taken += 1 }
        return number
      }
      let results = pool.map(Array(inputs.prefix(0)) + Array(0..<40), window: 2) { desk, number in
        most.withLock {
          $0.now += 1
          $0.peak = max($0.peak, $0.now)
        }
        defer { most.withLock { $0.now -= 1 } }
        return try await desk.add(number)
      }
      var count = 0
      for try await _ in results { count += 1 }
      #expect(count == 40)
      #expect(most.withLock { $0.peak } <= 4)
    }
  }

  @Test func `the work of a lost host is done by another`() async throws {
    try await self.withPool(3) { pool in
      let results = pool.map(0..<30, window: 2) { desk, number in
        if number == 7,
          try await desk.processID() == pool.members[0].gateway.information().processID
        {
          try await desk.crash()
        }
        _ = try await desk.add(1)
        return number
      }
      try? await pool.members[1].actor.crash()
      var done: [Int] = []
      for try await number in results { done.append(number) }
      #expect(done.sorted() == Array(0..<30))
      #expect(pool.count <= 2)
      #expect(try pool.next().id != pool.members[1].actor.id)
    }
  }

  @Test func `when all hosts are lost the sequence ends with that`() async throws {
    try await self.withPool(2) { pool in
      let results = pool.map(0..<30) { desk, number in
        try await desk.crash()
        return number
      }
      let error = await #expect(throws: ActorError.self) { for try await _ in results {} }
      #expect(error?.code == .lost)
    }
  }

  @Test func `an error of the work ends the sequence`() async throws {
    try await self.withPool(2) { pool in
      let results = pool.map(0..<30) { desk, number in
        if number == 3 { try await desk.close(until: 3) }
        return number
      }
      await #expect(throws: Desk.Closed(until: 3)) { for try await _ in results {} }
    }
  }

  @Test func `turns are taken, and the idle one is preferred`() async throws {
    try await self.withPool(3) { pool in
      let turns = try (0..<6).map { _ in try pool.next().id }
      #expect(Array(turns[0..<3]) == pool.members.map(\.actor.id))
      #expect(turns[0..<3] == turns[3..<6])
      let first = try await pool.withLeastLoaded { desk in
        let other = try await pool.withLeastLoaded { try await $0.processID() }
        let mine = try await desk.processID()
        #expect(mine != other)
        return mine
      }
      #expect(first > 0)
    }
  }
}
