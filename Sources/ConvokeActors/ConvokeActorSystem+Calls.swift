import ConvokeGateway
import ConvokeWire
public import Distributed

extension ConvokeActorSystem {
  /// Makes what collects the arguments of a call.
  public func makeInvocationEncoder() -> ActorCallEncoder { ActorCallEncoder() }

  /// Calls a method of an actor of another program.
  public func remoteCall<Act: DistributedActor, Failure: Error, Success: Codable>(
    on actor: Act,
    target: RemoteCallTarget,
    invocation: inout ActorCallEncoder,
    throwing: Failure.Type,
    returning: Success.Type
  ) async throws -> Success where Act.ID == ActorIdentity {
    let (value, link) = try await self.answer(actor.id, target, invocation)
    do {
      return try link.decoder.decode(Success.self, from: value)
    } catch {
      throw ActorError(.refused, "the result of \(target) is no \(Success.self): \(error)")
    }
  }

  /// Calls a method without a result of an actor of another program.
  public func remoteCallVoid<Act: DistributedActor, Failure: Error>(
    on actor: Act,
    target: RemoteCallTarget,
    invocation: inout ActorCallEncoder,
    throwing: Failure.Type
  ) async throws where Act.ID == ActorIdentity {
    _ = try await self.answer(actor.id, target, invocation)
  }

  private func answer(
    _ actor: ActorIdentity,
    _ target: RemoteCallTarget,
    _ invocation: ActorCallEncoder
  ) async throws -> (WireValue, ActorLink) {
    let link = try self.link(to: actor.node)
    try invocation.checkChannels(of: link, for: target)
    let call = ActorCall(
      actor: actor,
      target: target.identifier,
      generics: invocation.generics,
      arguments: invocation.arguments,
      trace: TraceContext.current
    )
    let reply = await link.ask(.call(call))
    try Task.checkCancellation()
    switch reply {
    case .value(let value): return (value, link)
    case .error(let type, let value): throw link.error(type, value, of: "\(target)")
    case .failure(let code, let message): throw ActorError(code, message)
    }
  }
}
