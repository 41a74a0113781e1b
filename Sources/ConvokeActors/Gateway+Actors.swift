public import ConvokeGateway
import ConvokeWire
import Distributed

extension Gateway {
  /// Makes an actor in the program of the worker, which must have its type.
  ///
  /// It lives there until it is released, or the worker ends.
  ///
  /// - Parameters:
  ///   - type: The type of the actor.
  ///   - start: What it is made with.
  ///   - system: The actors of this program.
  /// - Returns: The actor, whose methods run over there.
  /// - Throws: ``ActorError``; what its initializer throws; `CancellationError`;
  ///   ``ConvokeGateway/GatewayError`` for a worker without actors.
  public func spawn<Act: SpawnableActor>(
    _ type: Act.Type,
    _ start: Act.Start,
    system: ConvokeActorSystem = .shared
  ) async throws -> Act {
    guard let name = _mangledTypeName(type) else {
      throw ActorError(.refused, "the type \(type) has no name that another program could know")
    }
    let link = try await system.link(to: self)
    let request = ActorRequest.spawn(type: name, start: try WireEncoder().encode(start))
    let reply = await link.ask(request)
    try Task.checkCancellation()
    switch reply {
    case .value(let value):
      let id = try WireDecoder().decode(ActorIdentity.self, from: value)
      return try Act.resolve(id: id, using: system)
    case .error(let name, let value): throw link.error(name, value, of: "making a \(type)")
    case .failure(let code, let message):
      throw ActorError(code, "gateway \(self.id) made no \(type): \(message)")
    }
  }

  /// Makes an actor that needs nothing to start with.
  ///
  /// - Parameters:
  ///   - type: The type of the actor.
  ///   - system: The actors of this program.
  /// - Returns: The actor, whose methods run over there.
  /// - Throws: As ``spawn(_:_:system:)``.
  public func spawn<Act: SpawnableActor>(
    _ type: Act.Type,
    system: ConvokeActorSystem = .shared
  ) async throws -> Act where Act.Start == Nothing {
    try await self.spawn(type, Nothing(), system: system)
  }

  /// Lets the worker give up an actor that was made by ``spawn(_:_:system:)``; calls of it fail then.
  ///
  /// - Parameter actor: The actor.
  public func release<Act: SpawnableActor>(_ actor: Act) {
    actor.actorSystem.directLink(to: actor.id.node)?.release(actor.id)
  }
}
