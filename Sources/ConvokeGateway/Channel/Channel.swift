import ConvokeProcess
public import ConvokeWire
import Synchronization

/// A numbered conversation with a piece of code on the other side: ordered, in both directions.
///
/// A channel lives until both sides are done with it; closing one, or the end of the code on the
/// other side, closes it. With a Convoke worker, an item is sent only while the other side keeps up:
/// ``send(_:)-(WireValue)`` waits otherwise. With an execnet worker the gateway's high-water mark bounds what
/// waits on this side.
public final class Channel: Sendable {
  /// The number of the channel in its gateway: odd ones were made on this side, even ones on the other.
  public let number: Int32
  /// The gateway.
  public let gateway: Gateway

  let state: Mutex<ChannelState>

  init(_ number: Int32, of gateway: Gateway, coercion: WireStringCoercion) {
    self.number = number
    self.gateway = gateway
    self.state = Mutex(ChannelState(coercion: coercion))
  }

  /// Whether no more items come.
  public var isClosed: Bool { self.state.withLock { $0.end != nil } }

  /// What stands for the channel inside an item.
  public var reference: WireChannelReference { WireChannelReference(self.number) }

  /// Changes how strings are read, on both sides of this channel.
  ///
  /// - Parameter coercion: What strings become.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/gatewayLost``.
  public func reconfigure(_ coercion: WireStringCoercion) throws {
    self.state.withLock { $0.coercion = coercion }
    try self.gateway.reconfigure(coercion, channel: self.number)
  }

  var name: String { "channel \(self.number) of gateway \(self.gateway.id)" }

  func decode(
    _ payload: ChannelState.Payload,
    _ strings: WireStringCoercion
  ) throws -> WireValue {
    try WireSerializer(limits: self.gateway.limits, strings: strings).value(from: payload)
  }
}

// MARK: - Sending

extension Channel {
  /// Sends an item.
  ///
  /// - Parameter value: The item.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/closed`` when the channel takes no more,
  ///   ``GatewayError/Code/gatewayLost`` when the gateway is gone, `WireError` for a value that cannot
  ///   be sent, `CancellationError` when the task is cancelled while it waits.
  public func send(_ value: WireValue) async throws {
    try await self.waitForRoom()
    try self.gateway.sendItem(value, on: self)
  }

  /// Sends an item of any type that can be encoded.
  ///
  /// - Parameter value: The item.
  /// - Throws: As ``send(_:)-(WireValue)``.
  public func send(_ value: some Encodable) async throws {
    try await self.send(try WireEncoder().encode(value))
  }

  /// Sends a channel of the same gateway.
  ///
  /// - Parameter channel: The channel.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/misuse`` for a channel of another gateway.
  public func send(_ channel: Channel) async throws {
    guard channel.gateway === self.gateway else {
      throw GatewayError(
        .misuse,
        "\(channel.name) cannot be sent on \(self.name), of another gateway"
      )
    }
    try await self.send(.channel(channel.reference))
  }

  /// Sends an item if that takes no waiting.
  ///
  /// - Returns: Whether it was sent.
  /// - Throws: As ``send(_:)-(WireValue)``.
  package func sendAtOnce(_ value: WireValue) throws -> Bool {
    let (canSend, hasCredit) = self.state.withLock {
      ($0.canSend && !$0.isClosedHere, $0.hasCredit)
    }
    guard canSend else { throw self.state.withLock { $0.sendError(self.name) } }
    guard hasCredit, !self.gateway.isAboveHighWater else { return false }
    try self.gateway.sendItem(value, on: self)
    return true
  }

  private func waitForRoom() async throws {
    while true {
      let (canSend, hasCredit) = self.state.withLock {
        ($0.canSend && !$0.isClosedHere, $0.hasCredit)
      }
      guard canSend else { throw self.state.withLock { $0.sendError(self.name) } }
      if !hasCredit {
        try await self.waitForCredit()
      } else if self.gateway.isAboveHighWater {
        try await self.gateway.waitBelowHighWater()
      } else {
        return
      }
    }
  }

  private func waitForCredit() async throws {
    let id = self.state.withLock { $0.makeID() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = self.state.withLock { $0.waitForCredit(id, continuation) }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      self.state.withLock { $0.giveUp(waiter: id) }?.resume()
    }
    self.state.withLock { $0.forget(id) }
    try Task.checkCancellation()
  }
}

extension ChannelState {
  func sendError(_ name: String) -> GatewayError {
    if case .lost(let error) = self.end { return error }
    return GatewayError(.closed, "cannot send on \(name), it is closed")
  }
}

// MARK: - Receiving

extension Channel {
  /// Waits for the next item.
  ///
  /// Items that arrived before the channel was closed can still be received.
  ///
  /// - Parameter limit: How long to wait; `nil` waits until the channel is closed.
  /// - Returns: The item.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/remote`` once when the code on the other
  ///   side failed, ``GatewayError/Code/endOfChannel`` when no more items come,
  ///   ``GatewayError/Code/timedOut`` at the limit; `CancellationError` when the task is cancelled.
  public func receive(within limit: Duration? = nil) async throws -> WireValue {
    var end: ContinuousClock.Instant?
    while true {
      switch self.state.withLock({ $0.find(self.name) }) {
      case .item(let payload, let grant, let strings):
        if let grant { self.gateway.grant(grant, to: self.number) }
        return try self.decode(payload, strings)
      case .end(let error): throw error
      case .callback:
        throw GatewayError(.misuse, "the items of \(self.name) go to its callback")
      case .nothing: end = try self.end(of: limit, end)
      }
      if self.gateway.link.readBriefly(until: { self.hasNews }) { continue }
      if let payload = await self.waitForPayload(until: end) {
        return try self.decode(payload, self.didConsume(payload))
      }
      try Task.checkCancellation()
    }
  }

  /// Waits for the next item, of a given type.
  ///
  /// - Parameters:
  ///   - type: The type to decode the item as.
  ///   - limit: How long to wait; `nil` waits until the channel is closed.
  /// - Returns: The item.
  /// - Throws: As ``receive(within:)``, and `WireError` for an item of another type.
  public func receive<Item: Decodable>(
    as type: Item.Type,
    within limit: Duration? = nil
  ) async throws -> Item {
    try WireDecoder().decode(type, from: try await self.receive(within: limit))
  }

  /// Waits for the next item, a channel.
  ///
  /// - Parameter limit: How long to wait; `nil` waits until the channel is closed.
  /// - Returns: The channel, of this gateway.
  /// - Throws: As ``receive(within:)``, and ``GatewayError/Code/badValue`` for anything but a channel.
  public func receiveChannel(within limit: Duration? = nil) async throws -> Channel {
    guard case .channel(let reference) = try await self.receive(within: limit) else {
      throw GatewayError(.badValue, "the item received on \(self.name) is no channel")
    }
    return self.gateway.channel(for: reference)
  }

  private var hasNews: Bool { self.state.withLock { $0.hasNews } }

  // When a wait ends; it is looked at only when there is something to wait for.
  private func end(
    of limit: Duration?,
    _ end: ContinuousClock.Instant?
  ) throws(GatewayError) -> ContinuousClock.Instant? {
    guard let limit else { return nil }
    guard let end else { return ContinuousClock.now.advanced(by: limit) }
    if ContinuousClock.now < end { return end }
    throw GatewayError(.timedOut, "nothing arrived on \(self.name) within \(limit)")
  }

  /// Notes that an item was consumed; hands out how its strings are to be read.
  func didConsume(_ payload: ChannelState.Payload) -> WireStringCoercion {
    let (grant, strings) = self.state.withLock { ($0.consume(payload.count), $0.coercion) }
    if let grant { self.gateway.grant(grant, to: self.number) }
    return strings
  }

  private func waitForPayload(until end: ContinuousClock.Instant?) async -> ChannelState.Payload? {
    let id = self.state.withLock { $0.makeID() }
    let timer = end.map { end in
      Reactor.shared.schedule(after: ContinuousClock.now.duration(to: end)) { self.giveUp(id) }
    }
    defer {
      if let timer { Reactor.shared.cancel(timer) }
      self.state.withLock { $0.forget(id) }
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = self.state.withLock { $0.wait(id, continuation) }
        if !waits { continuation.resume(returning: nil) }
      }
    } onCancel: {
      self.giveUp(id)
    }
  }

  private func giveUp(_ id: UInt64) {
    self.state.withLock { $0.giveUp(receiver: id) }?.resume(returning: nil)
  }
}
