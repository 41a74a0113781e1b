public import ConvokeGateway

/// Opens gateways, makes one actor behind each, runs `body` with them and ends all workers, whether `body`
/// returns, throws or is cancelled.
///
/// ```swift
/// try await withActors(Primes.self, on: ["ssh=node[1-8]//swift"]) { pool in
///   for try await count in pool.map(ranges, { try await $0.count($1) }) { … }
/// }
/// ```
///
/// - Parameters:
///   - type: The type of the actors.
///   - start: What each is made with.
///   - specs: The specifications, of workers that are this program: with the key `swift`.
///   - options: Limits, timeouts and so on.
///   - system: The actors of this program.
///   - body: What to do with the actors, which must not leave it.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; ``ActorError`` or ``ConvokeGateway/GatewayError`` of the first actor that
///   cannot be made.
public func withActors<Act: SpawnableActor, Success>(
  _ type: Act.Type,
  _ start: Act.Start,
  on specs: [String],
  options: GatewayOptions = GatewayOptions(),
  system: ConvokeActorSystem = .shared,
  _ body: (ActorPool<Act>) async throws -> Success
) async throws -> Success {
  try await withGroup(specs, options: options) { group in
    try await body(try await group.pool(of: type, start, system: system))
  }
}

/// As ``withActors(_:_:on:options:system:_:)``, for actors that need nothing to start with.
public func withActors<Act: SpawnableActor, Success>(
  _ type: Act.Type,
  on specs: [String],
  options: GatewayOptions = GatewayOptions(),
  system: ConvokeActorSystem = .shared,
  _ body: (ActorPool<Act>) async throws -> Success
) async throws -> Success where Act.Start == Nothing {
  try await withActors(type, Nothing(), on: specs, options: options, system: system, body)
}

extension GatewayGroup {
  /// Makes one actor behind each member.
  ///
  /// - Parameters:
  ///   - type: The type of the actors.
  ///   - start: What each is made with.
  ///   - system: The actors of this program.
  /// - Returns: The actors.
  /// - Throws: As ``ConvokeGateway/Gateway/spawn(_:_:system:)``, of the first that cannot be made.
  public func pool<Act: SpawnableActor>(
    of type: Act.Type,
    _ start: Act.Start,
    system: ConvokeActorSystem = .shared
  ) async throws -> ActorPool<Act> {
    let gateways = self.gateways
    let actors = try await withThrowingTaskGroup(of: (Int, Act).self) { tasks in
      for (index, gateway) in gateways.enumerated() {
        tasks.addTask { (index, try await gateway.spawn(type, start, system: system)) }
      }
      return try await tasks.reduce(into: [Int: Act]()) { $0[$1.0] = $1.1 }
    }
    return ActorPool(
      gateways.enumerated().compactMap { index, gateway in
        actors[index].map { ActorPool.Member(gateway: gateway, actor: $0) }
      }
    )
  }
}
