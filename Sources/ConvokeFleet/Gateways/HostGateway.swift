import ConvokeGateway
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import ConvokeServices
import Logging
import Synchronization

/// The gateway to one host: opened when it is first needed, closed when nobody has used it for a while.
final class HostGateway: Sendable {
  /// What a command gets.
  enum Way: Sendable {
    /// A gateway, and how long it took to open it if this command is the first.
    case gateway(Gateway, opening: Duration?)
    /// Nothing but ssh.
    case ssh
    /// The host cannot be reached.
    case failed(Failure)
  }

  typealias Waiter = @Sendable (Way) -> Void

  private enum Phase {
    case closed
    case opening
    case open(Gateway)
    case withoutWorker
  }

  private struct State {
    var phase = Phase.closed
    var waiters: [Waiter] = []
    var users = 0
    var idleTimer: ReactorTimer?
    var closing: [Task<Void, Never>] = []
  }

  private let opener: GatewayOpener
  private let state = Mutex(State())

  /// The host.
  var host: Host { self.opener.host }

  init(_ opener: GatewayOpener) { self.opener = opener }

  /// Starts a process once the host is connected; it learns what becomes of it.
  func begin(_ process: RunningProcess) {
    self.retain()
    GatewayLaunch(process).begin(on: self, connections: self.opener.connections)
    // It lives as long as the process.
    Task.detached {
      _ = await process.waitUncancelled()
      self.release()
    }
  }

  // MARK: - Opening

  /// Calls back once the host is connected, or once it is known why it cannot be.
  func whenReady(_ waiter: @escaping Waiter) {
    let (way, mustOpen) = self.state.withLock { state -> (Way?, Bool) in
      switch state.phase {
      case .withoutWorker: return (.ssh, false)
      case .open(let gateway) where gateway.isConnected:
        return (.gateway(gateway, opening: nil), false)
      case .opening:
        state.waiters.append(waiter)
        return (nil, false)
      case .closed, .open:
        state.waiters.append(waiter)
        state.phase = .opening
        return (nil, true)
      }
    }
    if let way { return waiter(way) }
    // All who wait share it, none of them owns it; ssh and the worker have their time limits.
    if mustOpen { Task.detached { await self.open() } }
  }

  private func open() async {
    let start = ContinuousClock.now
    let answer = await self.opener.open()
    let waiters = self.state.withLock { state in
      switch answer {
      case .gateway(let gateway, _): state.phase = .open(gateway)
      case .ssh: state.phase = .withoutWorker
      case .failed: state.phase = .closed
      }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters {
      if case .gateway(let gateway, _) = answer {
        waiter(.gateway(gateway, opening: start.duration(to: .now)))
      } else {
        waiter(answer)
      }
    }
  }

  // MARK: - Closing

  private func retain() {
    let timer = self.state.withLock { state in
      state.users += 1
      defer { state.idleTimer = nil }
      return state.idleTimer
    }
    if let timer { Reactor.shared.cancel(timer) }
  }

  private func release() {
    let isIdle = self.state.withLock { state in
      state.users -= 1
      return state.users == 0
    }
    guard isIdle, let limit = self.opener.connections.settings.idleTimeout else { return }
    let timer = Reactor.shared.schedule(after: limit) { self.closeIfIdle() }
    self.state.withLock { $0.idleTimer = timer }
  }

  private func closeIfIdle() {
    self.state.withLock { state in
      guard state.users == 0, case .open(let gateway) = state.phase else { return }
      state.phase = .closed
      // Whoever closes the connections waits for it.
      state.closing.append(Task.detached { await self.opener.close(gateway) })
    }
  }

  /// Ends the gateway and all that runs through it, and waits for that.
  func close() async {
    let (phase, closing) = self.state.withLock { state in
      defer {
        if case .opening = state.phase {} else { state.phase = .closed }
        state.closing = []
      }
      return (state.phase, state.closing)
    }
    if case .open(let gateway) = phase { await self.opener.close(gateway) }
    if case .opening = phase { await self.closeWhenOpen() }
    for task in closing { await task.value }
  }

  private func closeWhenOpen() async {
    await withCheckedContinuation { continuation in
      self.whenReady { _ in continuation.resume() }
    }
    await self.close()
  }
}
