import ConvokeGateway
import ConvokeWire
import Distributed
import Synchronization

/// The channel between the actors of two programs: requests and replies, in both directions.
final class ActorLink: Sendable {
  let gateway: Gateway
  /// The number of the program at the other end.
  let node: UInt64
  /// Whether the other end is the controller of this program.
  let isToController: Bool

  private struct State {
    var next: UInt64 = 1
    var asked: [UInt64: CheckedContinuation<ActorReply, Never>] = [:]
    var answering: [UInt64: Task<Void, Never>] = [:]
    var ended: String?
  }

  /// The most requests that are being answered at a time.
  private static let mostRequests = 65536

  private let system: ConvokeActorSystem
  private let channel: Channel
  private let outbox: Outbox
  private let state = Mutex(State())

  private init(
    _ channel: Channel,
    _ system: ConvokeActorSystem,
    node: UInt64,
    isToController: Bool
  ) {
    self.gateway = channel.gateway
    self.channel = channel
    self.outbox = Outbox(channel)
    self.system = system
    self.node = node
    self.isToController = isToController
  }

  /// Opens the channel to the actors of a worker.
  static func open(_ gateway: Gateway, _ system: ConvokeActorSystem) async throws -> ActorLink {
    let channel = try gateway.execute(.service(ActorService.name))
    let link = try await self.greet(channel, system, isToController: false)
    // It lives as long as the gateway.
    Task.detached { await link.run() }
    return link
  }

  /// Says hello to the other side and waits for its hello.
  static func greet(
    _ channel: Channel,
    _ system: ConvokeActorSystem,
    isToController: Bool
  ) async throws -> ActorLink {
    let hello = ActorMessage.hello(version: ActorMessage.version, node: system.node)
    try await channel.send(hello.wireValue)
    let first = try await channel.receive(within: .seconds(30))
    guard case .hello(let version, let node)? = ActorMessage(first) else {
      throw ActorError(
        .refused,
        "the other side of gateway \(channel.gateway.id) began with something else than the version "
          + "of its messages of actors"
      )
    }
    if let objection = ActorMessage.objection(to: version) {
      let message = "gateway \(channel.gateway.id): \(objection)"
      channel.close(error: message)
      throw ActorError(.refused, message)
    }
    let link = ActorLink(channel, system, node: node, isToController: isToController)
    system.add(link)
    return link
  }

  /// Takes messages until the channel ends.
  func run() async {
    var reason = "its channel was closed"
    do {
      for try await item in self.channel {
        guard let message = ActorMessage(item) else {
          throw ActorError(.refused, "a message of the other side makes no sense")
        }
        self.take(message)
      }
    } catch {
      reason = "\(error)"
    }
    self.end(reason)
  }

  private func take(_ message: ActorMessage) {
    switch message {
    case .hello: break
    case .request(let id, let request): self.answer(id, request)
    case .reply(let id, let reply):
      self.state.withLock { $0.asked.removeValue(forKey: id) }?.resume(returning: reply)
    case .cancel(let id): self.state.withLock { $0.answering[id] }?.cancel()
    case .release(let actor):
      if actor.node == self.system.node { self.system.release(actor.number) }
    }
  }

  private func end(_ reason: String) {
    self.system.remove(self)
    self.channel.close()
    let last = self.state.withLock { state in
      defer {
        state.asked = [:]
        state.ended = reason
      }
      return state
    }
    for continuation in last.asked.values { continuation.resume(returning: self.lost(reason)) }
    for task in last.answering.values { task.cancel() }
  }

  private func lost(_ reason: String) -> ActorReply {
    .failure(.lost, "the actors behind gateway \(self.gateway.id) are lost: \(reason)")
  }

  // MARK: - Asking

  /// Asks the other side; cancelling the task ends the wait, and takes the request back there.
  func ask(_ request: ActorRequest) async -> ActorReply {
    let id = self.state.withLock { state in
      defer { state.next += 1 }
      return state.next
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ended = self.state.withLock { state in
          if state.ended == nil { state.asked[id] = continuation }
          return state.ended
        }
        if let ended { return continuation.resume(returning: self.lost(ended)) }
        self.send(.request(id, request), failing: id)
        if Task.isCancelled { self.takeBack(id) }
      }
    } onCancel: {
      self.takeBack(id)
    }
  }

  private func takeBack(_ id: UInt64) {
    let continuation = self.state.withLock { $0.asked.removeValue(forKey: id) }
    guard let continuation else { return }
    self.send(.cancel(id))
    continuation.resume(returning: .failure(.cancelled, "the caller was cancelled"))
  }

  /// Says that an actor over there is not needed any more.
  func release(_ actor: ActorIdentity) { self.send(.release(actor)) }

  // What finds no room waits for it in the outbox, so that nobody here has to.
  private func send(_ message: ActorMessage, failing id: UInt64? = nil) {
    self.outbox.send(message.wireValue) { error in
      guard let id else { return }
      let continuation = self.state.withLock { $0.asked.removeValue(forKey: id) }
      continuation?.resume(
        returning: error is GatewayError
          ? self.lost("\(error)") : .failure(.refused, "the call cannot be sent: \(error)")
      )
    }
  }

  // MARK: - Answering

  private func answer(_ id: UInt64, _ request: ActorRequest) {
    let isTooMany = self.state.withLock { state in
      guard state.answering.count < Self.mostRequests else { return true }
      // It lives as long as the call; the other side waits for it, or takes it back.
      state.answering[id] = Task.detached {
        let reply = await self.reply(to: request)
        self.state.withLock { $0.answering[id] = nil }
        self.send(.reply(id, reply))
      }
      return false
    }
    guard isTooMany else { return }
    let message = "more than \(Self.mostRequests) calls at a time"
    self.send(.reply(id, .failure(.refused, message)))
  }

  private func reply(to request: ActorRequest) async -> ActorReply {
    switch request {
    case .spawn(let type, let start): return await self.spawn(type, start)
    case .call(let call) where call.actor.node == self.system.node: return await self.run(call)
    case .call(let call):
      // From one program to another through this one.
      guard let link = self.system.directLink(to: call.actor.node), link !== self else {
        return .failure(.lost, "the program of the actor \(call.actor) is gone")
      }
      return await link.ask(request)
    }
  }

  private func run(_ call: ActorCall) async -> ActorReply {
    guard let actor = self.system.actor(call.actor.number) else {
      return .failure(.notFound, "there is no actor \(call.actor) any more")
    }
    let handler = ActorResultHandler(self)
    do {
      try await TraceContext.with(call.trace) {
        try await Self.execute(actor, call, self, handler)
      }
    } catch {
      return ActorReply(thrown: error)
    }
    return handler.reply
  }

  private static func execute(
    _ actor: some DistributedActor,
    _ call: ActorCall,
    _ link: ActorLink,
    _ handler: ActorResultHandler
  ) async throws {
    var decoder = ActorCallDecoder(call, link.decoder)
    try await link.system.executeDistributedTarget(
      on: actor,
      target: RemoteCallTarget(call.target),
      invocationDecoder: &decoder,
      handler: handler
    )
  }

  private func spawn(_ name: String, _ start: WireValue) async -> ActorReply {
    guard let type = _typeByName(name) as? any SpawnableActor.Type else {
      return .failure(
        .notFound,
        "the worker has no actor type of the mangled name '\(name.prefix(200))': is it the same "
          + "program?"
      )
    }
    do {
      return .value(try await self.spawn(type, start))
    } catch {
      return ActorReply(thrown: error)
    }
  }

  private func spawn<Act: SpawnableActor>(
    _ type: Act.Type,
    _ start: WireValue
  ) async throws -> WireValue {
    let start = try self.decoder.decode(Act.Start.self, from: start)
    let actor = try await Act(actorSystem: self.system, start: start)
    self.system.keep(actor, actor.id.number)
    return try WireEncoder().encode(actor.id)
  }

  // MARK: - Values

  /// Reads values of the other side.
  var decoder: WireDecoder {
    WireDecoder(userInfo: [.actorSystemKey: self.system, .gateway: self.gateway])
  }

  /// The reply with a result, whose channels must be of this gateway.
  func reply(with value: some Codable) throws -> ActorReply {
    let channels = ArgumentChannels()
    let encoded = try WireEncoder(userInfo: [.argumentChannels: channels]).encode(value)
    guard channels.all.allSatisfy({ $0.gateway === self.gateway }) else {
      throw ActorError(.refused, "a channel of the result is not of the gateway of the caller")
    }
    return .value(encoded)
  }

  /// The error that the other side threw, if it is one that may be made of what came.
  func error(_ name: String, _ value: WireValue, of call: String) -> any Error {
    guard let type = _typeByName(name) as? any TransferableError.Type,
      let error = try? self.decoder.decode(type, from: value)
    else {
      return ActorError(.thrown, "\(call) on gateway \(self.gateway.id) failed: \(name) \(value)")
    }
    return error
  }
}
