/// Notices the end of a connection that somebody else reads and writes.
struct ConnectionWatch: Sendable {
  let socket: Int32
  let idleTimeout: Duration?

  /// How often it looks.
  private static let period = Duration.milliseconds(250)
  /// How long a worker has after its client said its last word: execnet's own steps take 15 seconds
  /// (`gateway_base.py`, `WorkerGateway._terminate_execution`, execnet 2.1).
  private static let farewell = Duration.seconds(20)

  /// Waits until the connection has ended and the worker has had its time.
  ///
  /// - Returns: Why the worker has to end; `nil` when the task was cancelled.
  func untilEnd() async -> String? {
    var lastWord: ContinuousClock.Instant?
    while true {
      // Nothing announces this to a bystander: whoever reads the socket is another process.
      guard (try? await Task.sleep(for: Self.period)) != nil else { return nil }
      switch SocketCalls.ending(of: self.socket) {
      case .closed: return "its client is gone"
      case .halfClosed:
        let since = lastWord ?? .now
        lastWord = since
        if since.duration(to: .now) > Self.farewell { return "it outlived its client" }
      case .none: break
      }
      if let limit = self.idleTimeout, let silence = SocketCalls.silence(of: self.socket),
        silence > limit
      {
        return "it was idle for \(limit)"
      }
    }
  }
}
