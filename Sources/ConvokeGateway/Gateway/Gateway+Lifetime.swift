import ConvokeProcess
import ConvokeWire
import Synchronization

// MARK: - The extensions of the protocol

extension Gateway {
  /// Tells a Convoke worker what this side knows, and waits for its answer.
  func exchangeHello(heartbeat: Duration?, within limit: Duration) async throws {
    try self.send(.hello, 0, value: PeerCapabilities.hello(heartbeat: heartbeat))
    let timer = Reactor.shared.schedule(after: limit) { self.wakeHello() }
    await withCheckedContinuation { continuation in
      let isDone = self.state.withLock { state in
        if state.peer != nil || state.lost != nil { return true }
        state.helloWaiter = continuation
        return false
      }
      if isDone { continuation.resume() }
    }
    Reactor.shared.cancel(timer)
    let (peer, lost) = self.state.withLock { ($0.peer, $0.lost) }
    if let lost { throw lost }
    guard let peer else {
      throw GatewayError(.notStarted, "gateway \(self.id): no answer to HELLO within \(limit)")
    }
    if let heartbeat, peer.hasHeartbeat { self.beat(every: heartbeat) }
  }

  func takeHello(_ frame: Frame) {
    let value = try? WireSerializer(limits: self.limits).value(from: frame.payload)
    guard let peer = value.flatMap(PeerCapabilities.init) else { return }
    self.state.withLock { state in
      state.peer = peer
      guard let window = peer.window else { return }
      for channel in state.channels.values {
        channel.state.withLock { $0.startFlowControl(window: window) }
      }
    }
    self.wakeHello()
  }

  private func wakeHello() {
    let waiter = self.state.withLock { state in
      defer { state.helloWaiter = nil }
      return state.helloWaiter
    }
    waiter?.resume()
  }

  /// The window this side has granted; `nil` when the worker knows no flow control.
  var receiveWindow: Int? {
    self.state.withLock { $0.peer?.window == nil ? nil : PeerCapabilities.window }
  }

  private func beat(every period: Duration) {
    let timer = Reactor.shared.schedule(after: period) { [weak self] in
      guard let self else { return }
      let silence = self.state.withLock { $0.lastHeard.duration(to: .now) }
      guard self.isConnected else { return }
      if silence > period * 3 {
        self.link.close()
        return self.linkEnded("nothing was heard from the worker for \(silence)")
      }
      self.send(.ping, 0, [0, 0, 0, 0, 0, 0, 0, 0])
      self.beat(every: period)
    }
    self.state.withLock { $0.heartbeat = timer }
  }
}

// MARK: - The end

extension Gateway {
  func linkEnded(_ reason: String) {
    let error = GatewayError(.gatewayLost, "gateway \(self.id) is gone: \(reason)")
    let (channels, waiters, timer) = self.state.withLock { state in
      guard state.phase != .ended else {
        return ([Channel](), [CheckedContinuation<Void, Never>](), ReactorTimer?.none)
      }
      state.phase = .ended
      state.lost = error
      defer {
        state.channels = [:]
        state.endWaiters = [:]
      }
      return (Array(state.channels.values), Array(state.endWaiters.values), state.heartbeat)
    }
    if let timer { Reactor.shared.cancel(timer) }
    WireTrace.shared?.note("ended: \(reason)", by: self.id)
    for channel in channels { channel.finish(.lost(error)) }
    self.wakeHello()
    for waiter in waiters { waiter.resume() }
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
    let id = self.state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    let wake = { @Sendable in
      self.state.withLock { $0.endWaiters.removeValue(forKey: id) }?.resume() ?? ()
    }
    let timer = limit.map { Reactor.shared.schedule(after: $0, wake) }
    defer { if let timer { Reactor.shared.cancel(timer) } }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = self.state.withLock { state in
          if state.phase == .ended || Task.isCancelled { return true }
          state.endWaiters[id] = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    return self.state.withLock { $0.phase == .ended }
  }

  /// Ends the worker: asks it to, and kills it and its children if it is not gone in time.
  ///
  /// - Parameter limit: How long the worker has to end by itself.
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
