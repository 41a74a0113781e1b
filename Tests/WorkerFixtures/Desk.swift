package import ConvokeActors
import ConvokeGateway
import ConvokeWire
package import Distributed
import Glibc
import Instrumentation

/// A distributed actor that tries everything a call can be.
package distributed actor Desk: SpawnableActor {
  package typealias ActorSystem = ConvokeActorSystem

  /// What the desk is made with.
  package struct Start: Codable, Sendable {
    package var name: String
    package init(name: String) { self.name = name }
  }

  /// An error that arrives as itself.
  package struct Closed: TransferableError, Equatable {
    package var until: Int
    package init(until: Int) { self.until = until }
  }

  /// An error that does not.
  struct Jammed: Error, CustomStringConvertible { let description = "the drawer is jammed" }

  private let name: String
  private var sum = 0

  package init(actorSystem: ConvokeActorSystem, start: Start) throws {
    self.actorSystem = actorSystem
    if start.name.isEmpty { throw Closed(until: 9) }
    self.name = start.name
  }

  package distributed func add(_ number: Int) -> Int {
    self.sum += number
    return self.sum
  }

  package distributed func trace() -> String {
    ServiceContext.current?[FixtureTrace.self] ?? "no trace"
  }

  package distributed func whoAreYou() -> String { self.name }
  package distributed func processID() -> Int32 { getpid() }
  package distributed func forget() { self.sum = 0 }
  package distributed func reverse<Item: Codable & Sendable>(_ items: [Item]) -> [Item] {
    items.reversed()
  }

  package distributed func close(until hour: Int) throws { throw Closed(until: hour) }
  package distributed func jam() throws { throw Jammed() }

  /// Calls another desk, wherever that is.
  package distributed func ask(_ other: Desk) async throws -> String {
    "\(self.name) heard: \(try await other.whoAreYou())"
  }

  /// Hands out an actor of its own program.
  package distributed func colleague(_ name: String) throws -> Desk {
    let desk = try Desk(actorSystem: self.actorSystem, start: Start(name: name))
    self.colleagues.append(desk)
    return desk
  }

  private var colleagues: [Desk] = []

  /// Doubles what comes over a channel.
  package distributed func double(_ argument: ChannelArgument) async throws {
    for try await number in argument.channel.items(as: Int.self) {
      try await argument.channel.send(number * 2)
    }
    argument.channel.close()
  }

  /// Waits until it is cancelled, and tells that over a channel.
  package distributed func sleep(telling argument: ChannelArgument) async throws {
    try await argument.channel.send("asleep")
    do {
      try await Task.sleep(for: .seconds(1000))
    } catch {
      try await argument.channel.send("cancelled")
      throw error
    }
  }

  /// Ends the program at once.
  package distributed func crash() { kill(getpid(), SIGKILL) }
}
