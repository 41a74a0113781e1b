/// Learns how many sessions a server allows on one connection (`MaxSessions` of sshd_config(5)).
struct SessionLimiter {
  /// What to do about a session that was refused.
  enum Answer: Equatable {
    /// Open it when another session has ended.
    case waitForEnd
    /// Open it after this time: the server may still be busy with the end of the last session.
    case tryAgain(Duration)
    /// The server opens no session at all.
    case giveUp
  }

  private var pending = 0
  private var open = 0
  private var limit = Int.max
  private var failures = 0

  /// Whether another session may be asked for.
  var mayOpen: Bool { self.open + self.pending < self.limit }

  mutating func opening() { self.pending += 1 }

  mutating func opened() {
    self.pending -= 1
    self.open += 1
    self.failures = 0
  }

  mutating func closed() { self.open -= 1 }

  mutating func refused() -> Answer {
    self.pending -= 1
    if self.open > 0 {
      self.limit = self.open
      return .waitForEnd
    }
    // Nothing is open: the limit is unknown again, unless the server keeps refusing.
    self.limit = 1
    self.failures += 1
    if self.failures > 6 { return .giveUp }
    return .tryAgain(.milliseconds(20 << self.failures))
  }
}
