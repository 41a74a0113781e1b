import ConvokeProcess
import Synchronization

/// Keeps the number of logins under way within a window that adapts to the servers.
///
/// It halves when a server drops a connection and grows by one with each login, as congestion
/// windows do: sshd drops connections at random above `MaxStartups`, so that is the sign to heed.
final class ConnectPacer: Sendable {
  private struct State {
    var window: ConnectWindow
    var waiting: [@Sendable () -> Void] = []
  }

  private let state: Mutex<State>

  init(window: Int) { self.state = Mutex(State(window: ConnectWindow(limit: window))) }

  /// Starts a login now or when its turn has come; ``end(_:)`` must follow it.
  func begin(_ login: @escaping @Sendable () -> Void) {
    let isNow = self.state.withLock { state in
      if state.window.take() { return true }
      state.waiting.append(login)
      return false
    }
    if isNow { login() }
  }

  /// Notes how a login ended, and starts those that may start now.
  func end(_ answer: ConnectWindow.Answer) {
    let next = self.state.withLock { state in
      state.window.end(answer)
      var next: [@Sendable () -> Void] = []
      while !state.waiting.isEmpty, state.window.take() { next.append(state.waiting.removeFirst()) }
      return next
    }
    for login in next { login() }
  }
}

/// The arithmetic of the window; no I/O, no clock.
struct ConnectWindow {
  /// How a login ended.
  enum Answer {
    /// We are in.
    case accepted
    /// The server ended the connection before the login.
    case dropped
    /// It failed for a reason that has nothing to do with how many there are.
    case failed
  }

  private(set) var size: Int
  private(set) var running = 0
  private let limit: Int
  private var sinceHalving: Int

  init(limit: Int) {
    self.limit = max(1, limit)
    self.size = self.limit
    self.sinceHalving = self.limit
  }

  mutating func take() -> Bool {
    guard self.running < self.size else { return false }
    self.running += 1
    return true
  }

  mutating func end(_ answer: Answer) {
    self.running -= 1
    self.sinceHalving += 1
    switch answer {
    case .accepted: self.size = min(self.limit, self.size + 1)
    case .dropped:
      // The drops of one burst count once: they were all under way before the window shrank.
      guard self.sinceHalving >= self.size else { return }
      self.size = max(1, self.size / 2)
      self.sinceHalving = 0
    case .failed: break
    }
  }
}
