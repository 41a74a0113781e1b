import ConvokeProcess
import ConvokeWire
import Synchronization

// MARK: - The extensions of the protocol

extension Gateway {
  /// Tells the other side what this one knows.
  func sendHello(heartbeat: Duration?) throws {
    self.state.withLock { $0.hasSaidHello = true }
    try self.send(.hello, 0, value: PeerCapabilities.hello(heartbeat: heartbeat))
  }

  /// Waits for the answer to that.
  func waitForHello(heartbeat: Duration?, within limit: Duration) async throws {
    _ = await self.hello.wait(within: limit, otherwise: false)
    try Task.checkCancellation()
    let (peer, lost) = self.state.withLock { ($0.peer, $0.lost) }
    if let lost { throw lost }
    guard let peer else {
      throw GatewayError(.notStarted, "gateway \(self.id): no answer to HELLO within \(limit)")
    }
    if let objection = peer.objection { throw GatewayError(.notStarted, objection) }
    if let heartbeat, peer.hasHeartbeat { self.beat(every: heartbeat) }
  }

  /// What a worker says that was started by Convoke, before it hears of its controller: the answer to the
  /// bootstrap line, and HELLO.
  package static func greeting() -> [UInt8] {
    var bytes = [UInt8(ascii: "1")]
    let hello = PeerCapabilities.hello(heartbeat: nil)
    // It is never too long.
    try? FrameEncoder().append(.hello, channel: 0, value: hello, to: &bytes)
    return bytes
  }

  private static let pingPayload = [UInt8](repeating: 0, count: 8)

  func takeHello(_ frame: Frame) {
    let value = try? WireSerializer(limits: self.limits).value(from: frame.payload)
    guard let peer = value.flatMap(PeerCapabilities.init) else { return }
    let (isFirst, hasSaidHello) = self.state.withLock { state in
      let isFirst = state.peer == nil
      // A controller that says nothing wants nothing beyond execnet's protocol.
      if self.role != nil || state.hasSaidHello { state.meet(peer) }
      return (isFirst, state.hasSaidHello)
    }
    self.hello.give(true)
    guard self.role != nil else { return }
    if !isFirst || !hasSaidHello { try? self.sendHello(heartbeat: nil) }
    // From now on a controller that falls silent is taken for gone.
    if isFirst, let period = peer.heartbeat { self.beat(every: period) }
  }

  /// Answers a ping.
  func takePing(_ payload: [UInt8]) { self.send(.pong, 0, payload) }

  // Counts periods instead of looking at the clock: a program that was stopped for long must not take
  // its own silence for that of the other side.
  private func beat(every period: Duration, silent: Int = 0) {
    let timer = Reactor.shared.schedule(after: period) { [weak self] in
      guard let self, self.isConnected else { return }
      let wasHeard = self.wasHeard.exchange(false, ordering: .relaxed)
      let silent = wasHeard ? 0 : silent + 1
      if silent >= self.silentPeriods {
        self.link.close()
        let other = self.role == nil ? "worker" : "controller"
        return self.linkEnded(
          "nothing was heard from the \(other) for \(period * self.silentPeriods)"
        )
      }
      if self.role == nil { self.send(.ping, 0, Self.pingPayload) }
      self.beat(every: period, silent: silent)
    }
    self.state.withLock { $0.heartbeat = timer }
  }

  // The worker waits longer, so that the controller is the one to say what happened.
  private var silentPeriods: Int { self.role == nil ? 3 : 4 }
}

// MARK: - The end

extension Gateway {
  func linkEnded(_ reason: String) {
    let error = GatewayError(.gatewayLost, "gateway \(self.id) is gone: \(reason)")
    let last = self.state.withLock { state -> State? in
      guard state.phase != .ended else { return nil }
      let last = state
      state.phase = .ended
      state.lost = error
      state.channels = [:]
      state.endWaiters = [:]
      state.attachments = [:]
      return last
    }
    guard let last else { return }
    if let timer = last.heartbeat { Reactor.shared.cancel(timer) }
    WireTrace.shared?.note("ended: \(reason)", by: self.id)
    for channel in last.channels.values { channel.finish(.lost(error)) }
    for task in last.tasks.values { task.cancel() }
    self.hello.give(false)
    for waiter in last.endWaiters.values { waiter.give(true) }
  }

  /// Asks the worker to end and sends nothing more; does not wait, and is harmless the second time.
  public func exit() {
    let isFirst = self.state.withLock { state in
      defer { state.isExited = true }
      return !state.isExited
    }
    guard isFirst else { return }
    self.send(.terminate, 0)
    self.link.closeWriting()
  }

  /// Waits until the worker can no longer be heard.
  ///
  /// - Parameter limit: How long to wait; `nil` waits as long as it takes.
  /// - Returns: Whether the worker has gone silent within the limit.
  @discardableResult
  public func join(within limit: Duration? = nil) async -> Bool {
    let answer = Answer<Bool>()
    let isDone = self.state.withLock { state in
      if state.phase != .ended { state.endWaiters[ObjectIdentifier(answer)] = answer }
      return state.phase == .ended
    }
    if isDone { return true }
    defer { self.state.withLock { $0.endWaiters[ObjectIdentifier(answer)] = nil } }
    return await answer.wait(within: limit, otherwise: false)
  }

  /// Ends the worker: asks it to, and kills it and its children if it is not gone in time.
  ///
  /// Children that the worker leaves behind in its process group are killed as well.
  ///
  /// - Parameter limit: How long the worker has to end by itself, and how long this takes at most but
  ///   for the moment that killing takes.
  public func terminate(within limit: Duration) async {
    self.exit()
    let deadline = ContinuousClock.now.advanced(by: limit)
    await self.join(within: limit)
    if let worker = self.worker {
      let left = max(.zero, ContinuousClock.now.duration(to: deadline))
      if await worker.waitForEnd(within: left) == nil { await worker.kill() }
    }
    self.link.close()
    self.linkEnded("it was terminated")
  }
}
