public import Distributed

/// A distributed actor that can be made in another program: by ``ConvokeGateway/Gateway/spawn(_:_:)``.
///
/// ```swift
/// distributed actor Primes: SpawnableActor {
///   typealias ActorSystem = ConvokeActorSystem
///   init(actorSystem: ConvokeActorSystem, start: Nothing) { self.actorSystem = actorSystem }
///   distributed func count(_ range: ClosedRange<Int>) -> Int { … }
/// }
/// ```
public protocol SpawnableActor: DistributedActor where ActorSystem == ConvokeActorSystem {
  /// What the actor is made with.
  associatedtype Start: Codable & Sendable = Nothing

  /// Makes the actor, in the program where it is to live.
  ///
  /// - Parameters:
  ///   - actorSystem: The actors of that program.
  ///   - start: What it is made with.
  /// - Throws: What the caller of `spawn` gets.
  init(actorSystem: ConvokeActorSystem, start: Start) async throws
}

/// What an actor is made with that needs nothing.
public struct Nothing: Codable, Sendable, Hashable {
  /// Makes nothing.
  public init() {}
}
