import ConvokeProcess
import ConvokeWire
import Synchronization

extension Channel {
  /// Closes the channel in both directions; harmless the second time.
  ///
  /// - Parameter error: The text of an error for the other side; `nil` closes without one.
  public func close(error: String? = nil) {
    let (mustTell, wakeups) = self.state.withLock { $0.closeHere() }
    wakeups.run()
    if mustTell { self.gateway.sendClose(self.number, error: error) }
    self.gateway.forget(self.number)
  }

  /// Waits until no more items come.
  ///
  /// - Parameter limit: How long to wait; `nil` waits as long as it takes.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/remote`` when the code on the other side
  ///   failed, ``GatewayError/Code/gatewayLost`` when the gateway is gone,
  ///   ``GatewayError/Code/timedOut`` at the limit; `CancellationError` when the task is cancelled.
  public func waitClosed(within limit: Duration? = nil) async throws {
    let id = self.state.withLock { $0.makeID() }
    let timer = limit.map { Reactor.shared.schedule(after: $0) { self.giveUp(id) } }
    defer {
      if let timer { Reactor.shared.cancel(timer) }
      self.state.withLock { $0.forget(id) }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = self.state.withLock { $0.waitForEnd(id, continuation) }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      self.giveUp(id)
    }
    try self.checkEnd(limit)
  }

  private func checkEnd(_ limit: Duration?) throws {
    let (isOpen, error) = self.state.withLock { state -> (Bool, GatewayError?) in
      switch state.end {
      case nil: return (true, nil)
      case .closed: return (false, nil)
      case .failed, .lost:
        let error = state.takeError(self.name)
        return (false, error.code == .endOfChannel ? nil : error)
      }
    }
    if let error { throw error }
    guard isOpen else { return }
    try Task.checkCancellation()
    throw GatewayError(.timedOut, "\(self.name) was not closed within \(limit ?? .zero)")
  }

  private func giveUp(_ id: UInt64) { self.state.withLock { $0.giveUp(waiter: id) }?.resume() }

  /// Takes what the other side or the link did to the channel.
  func finish(_ end: ChannelState.End, isHalf: Bool = false) {
    self.state.withLock { $0.finish(end, isHalf: isHalf) }.run()
  }
}
