public import ConvokeHosts
import ConvokeProcess

extension SSHConnections {
  /// Opens the connection to a host ahead of the first command; harmless if it is open.
  ///
  /// Cancelling the task ends the wait, not the connection. Without multiplexing there is nothing to
  /// keep open, so the host is only tried.
  ///
  /// - Parameter host: The host to connect to.
  /// - Returns: The time it took; zero if the connection was open.
  /// - Throws: ``ConvokeProcess/Failure`` if the host cannot be reached, `CancellationError` when
  ///   the task is cancelled.
  @discardableResult
  public func connect(to host: Host) async throws -> Duration {
    if host.transport == .local { return .zero }
    let start = ContinuousClock.now
    if self.settings.multiplexing == .off {
      let outcome = await self.run(.shell("true"), on: host).outcome
      if let failure = outcome.failure { throw failure }
      try Task.checkCancellation()
      return start.duration(to: .now)
    }
    let link = self.link(to: host)
    if link.isOpen { return .zero }
    try await SingleWait.run { wait in
      Reactor.shared.execute { link.whenReady { wait.end($0.mapError { $0 }) } }
    }
    return start.duration(to: .now)
  }
}
