import ConvokeProcess
import Synchronization

/// Takes clients from several listening sockets, one after another.
final class Acceptor: Sendable {
  private struct State {
    var listeners: [Int32]
    // At most one of each listener: a listener is not watched while its client waits here.
    var waiting: [(socket: Int32, listener: Int32)] = []
    var waiter: CheckedContinuation<Void, Never>?
    var isStopped = false
  }

  private let state: Mutex<State>

  /// Takes over listening sockets.
  init(_ listeners: [Int32]) {
    self.state = Mutex(State(listeners: listeners))
    for listener in listeners {
      Reactor.shared.watch(listener, for: .readable) { [weak self] _ in self?.accept(listener) }
    }
  }

  private func accept(_ listener: Int32) {
    let socket = SocketCalls.accept(listener)
    // Without a descriptor left the client stays in the queue of the kernel; look again later.
    Reactor.shared.update(listener, for: [])
    guard socket >= 0 else {
      Reactor.shared.schedule(after: .milliseconds(50)) { self.resume(listener) }
      return
    }
    let (isStopped, waiter) = self.state.withLock { state in
      if state.isStopped { return (true, CheckedContinuation<Void, Never>?.none) }
      state.waiting.append((socket, listener))
      defer { state.waiter = nil }
      return (false, state.waiter)
    }
    if isStopped { Descriptor.close(socket) }
    waiter?.resume()
  }

  private func resume(_ listener: Int32) {
    if !self.state.withLock({ $0.isStopped }) { Reactor.shared.update(listener, for: .readable) }
  }

  /// Waits for the next client.
  ///
  /// - Returns: Its socket; `nil` after ``stop()`` or when the task is cancelled.
  func next() async -> Int32? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = self.state.withLock { state in
          if state.isStopped || !state.waiting.isEmpty { return true }
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      self.stop()
    }
    let next = self.state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    if let next { self.resume(next.listener) }
    return next?.socket
  }

  /// Listens no longer; harmless the second time.
  func stop() {
    let (listeners, waiting, waiter) = self.state.withLock { state in
      defer {
        state.isStopped = true
        state.listeners = []
        state.waiting = []
        state.waiter = nil
      }
      return (state.listeners, state.waiting, state.waiter)
    }
    for listener in listeners {
      Reactor.shared.unwatch(listener)
      Descriptor.close(listener)
    }
    for client in waiting { Descriptor.close(client.socket) }
    waiter?.resume()
  }
}
