import ConvokeProcess

extension SSHConnections {
  /// Logs in to a host in some way of the caller's, when its turn has come, at the pace of all logins.
  ///
  /// A login that a busy server drops is tried again, as long as ``SSHSettings/retryTimeout`` says.
  ///
  /// - Parameters:
  ///   - login: Logs in.
  ///   - isDropped: Whether that failed because the server ended the connection before the login.
  /// - Returns: The answer of the last attempt.
  package func login<Success: Sendable, Problem>(
    _ login: () async -> Result<Success, Problem>,
    isDropped: (Problem) -> Bool
  ) async -> Result<Success, Problem> {
    let start = ContinuousClock.now
    var attempts = 0
    while true {
      attempts += 1
      await withCheckedContinuation { continuation in
        self.pacer.begin { continuation.resume() }
      }
      let answer = await login()
      guard case .failure(let problem) = answer else {
        self.pacer.end(.accepted)
        return answer
      }
      self.pacer.end(isDropped(problem) ? .dropped : .failed)
      guard isDropped(problem), start.duration(to: .now) < self.settings.retryTimeout else {
        return answer
      }
      // Doubling with a random share, so that hosts dropped together do not return together.
      let limit = min(2000, 50 << min(attempts, 6))
      let delay = Duration.milliseconds(Int.random(in: limit / 2...limit))
      await withCheckedContinuation { continuation in
        Reactor.shared.schedule(after: delay) { continuation.resume() }
      }
    }
  }
}
