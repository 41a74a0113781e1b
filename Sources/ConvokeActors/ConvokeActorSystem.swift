import ConvokeGateway
public import Distributed
import Synchronization

/// The distributed actors of a program, and the ways to those of the programs it has gateways to.
///
/// Actors can be arguments and results of calls, in both directions; a call of an actor of a third
/// program goes through the one in between. Numbers, texts, structures: whatever is `Codable` can be an
/// argument, a result, or a generic parameter.
///
/// Cancelling the task of a call cancels the method over there. When a host is lost, its calls fail at
/// once with ``ActorError/Code/lost``.
public final class ConvokeActorSystem: DistributedActorSystem {
  /// The requirement of arguments and results.
  public typealias SerializationRequirement = any Codable
  /// The name of an actor.
  public typealias ActorID = ActorIdentity
  /// Collects the arguments of a call.
  public typealias InvocationEncoder = ActorCallEncoder
  /// Hands out the arguments of a call.
  public typealias InvocationDecoder = ActorCallDecoder
  /// Takes the result of a call.
  public typealias ResultHandler = ActorResultHandler

  /// The actors of this program, unless it has several systems.
  public static let shared = ConvokeActorSystem()

  /// The number of this program among those that know each other.
  public let node: UInt64

  private struct State {
    var next: UInt64 = 1
    var actors: [UInt64: WeakActor] = [:]
    /// Those that were made for another program, which has no way to hold them.
    var kept: [UInt64: any DistributedActor] = [:]
    var links: [UInt64: ActorLink] = [:]
    var openings: [ObjectIdentifier: Task<ActorLink, any Error>] = [:]
  }

  private struct WeakActor {
    weak var actor: (any DistributedActor)?
  }

  private let state = Mutex(State())

  /// Makes a system; most programs have ``shared`` only.
  public init() { self.node = UInt64.random(in: 1 ... .max) }

  // MARK: - Actors of this program

  /// Finds an actor of this program; `nil` for one of another program.
  public func resolve<Act: DistributedActor>(
    id: ActorIdentity,
    as type: Act.Type
  ) throws -> Act? where Act.ID == ActorIdentity {
    guard id.node == self.node else { return nil }
    guard let actor = self.actor(id.number) else {
      throw ActorError(.notFound, "there is no actor \(id) in this program, or no longer")
    }
    guard let found = actor as? Act else {
      throw ActorError(.notFound, "the actor \(id) is no \(type)")
    }
    return found
  }

  /// Gives a number to an actor that is being made.
  public func assignID<Act: DistributedActor>(
    _ type: Act.Type
  ) -> ActorIdentity where Act.ID == ActorIdentity {
    self.state.withLock { state in
      defer { state.next += 1 }
      return ActorIdentity(node: self.node, number: state.next)
    }
  }

  /// Makes an actor known that has been made.
  public func actorReady<Act: DistributedActor>(_ actor: Act) where Act.ID == ActorIdentity {
    self.state.withLock { $0.actors[actor.id.number] = WeakActor(actor: actor) }
  }

  /// Forgets an actor that is gone.
  public func resignID(_ id: ActorIdentity) {
    self.state.withLock { _ = $0.actors.removeValue(forKey: id.number) }
  }

  func actor(_ number: UInt64) -> (any DistributedActor)? {
    self.state.withLock { $0.actors[number]?.actor }
  }

  func keep(_ actor: any DistributedActor, _ number: UInt64) {
    self.state.withLock { $0.kept[number] = actor }
  }

  func release(_ number: UInt64) {
    // The actor may go with it, and ask for the lock.
    let actor = self.state.withLock { $0.kept.removeValue(forKey: number) }
    withExtendedLifetime(actor) {}
  }

  // MARK: - Ways to other programs

  /// The way to the actors behind a gateway; made at the first call.
  func link(to gateway: Gateway) async throws -> ActorLink {
    let key = ObjectIdentifier(gateway)
    let opening = self.state.withLock { state in
      if let known = state.openings[key] { return known }
      // It belongs to all who ask for it.
      let opening = Task.detached { try await ActorLink.open(gateway, self) }
      state.openings[key] = opening
      return opening
    }
    do {
      return try await opening.value
    } catch {
      self.state.withLock { $0.openings[key] = nil }
      throw error
    }
  }

  func add(_ link: ActorLink) { self.state.withLock { $0.links[link.node] = link } }

  func remove(_ link: ActorLink) {
    self.state.withLock { state in
      if state.links[link.node] === link { state.links[link.node] = nil }
      state.openings[ObjectIdentifier(link.gateway)] = nil
    }
  }

  /// The way to a program that has a gateway to or from here.
  func directLink(to node: UInt64) -> ActorLink? { self.state.withLock { $0.links[node] } }

  /// The way to a program: the direct one, or through the controller of this one.
  func link(to node: UInt64) throws -> ActorLink {
    let link = self.state.withLock { state in
      state.links[node] ?? state.links.values.first { $0.isToController }
    }
    guard let link else {
      let name = String(node, radix: 16)
      throw ActorError(.lost, "the program \(name) is gone, or has no gateway to this one")
    }
    return link
  }
}
