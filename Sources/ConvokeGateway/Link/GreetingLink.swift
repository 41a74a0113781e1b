import ConvokeProcess
import Synchronization

/// A link whose first byte is the worker's answer to its program: `1`.
///
/// Source: execnet 2.1, `gateway_bootstrap`.
final class GreetingLink: GatewayLink {
  private struct State {
    var answer: Result<Void, GatewayError>?
    var waiter: CheckedContinuation<Void, Never>?
    var early: [UInt8] = []
    var receive: (@Sendable (ArraySlice<UInt8>) -> Void)?
    var end: (@Sendable (String) -> Void)?
    var ended: String?
  }

  private let base: any GatewayLink
  private let state = Mutex(State())

  init(_ base: any GatewayLink) { self.base = base }

  func waitForGreeting(within limit: Duration) async throws {
    self.base.start(receive: { self.take($0) }, end: { self.takeEnd($0) })
    let timer = Reactor.shared.schedule(after: limit) {
      self.answer(.failure(GatewayError(.timedOut, "its worker did not answer within \(limit)")))
    }
    defer { Reactor.shared.cancel(timer) }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = self.state.withLock { state in
          if state.answer != nil { return true }
          state.waiter = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      self.answer(.failure(GatewayError(.notStarted, "the task was cancelled")))
    }
    try self.state.withLock { $0.answer ?? .success(()) }.get()
  }

  private func answer(_ answer: Result<Void, GatewayError>) {
    let waiter = self.state.withLock { state in
      if state.answer == nil { state.answer = answer }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    if let receive = self.state.withLock({ $0.receive }) { return receive(bytes) }
    let isFirst = self.state.withLock { state in
      defer { state.early += bytes }
      return state.early.isEmpty
    }
    // What comes before the gateway has started waits in the kernel.
    self.base.setPaused(true)
    guard isFirst else { return }
    if bytes.first == UInt8(ascii: "1") { return self.answer(.success(())) }
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    self.answer(.failure(GatewayError(.notStarted, "its worker answered \(text.debugDescription)")))
  }

  private func takeEnd(_ reason: String) {
    let end = self.state.withLock { state in
      state.ended = reason
      return state.end
    }
    end?(reason)
    self.answer(.failure(GatewayError(.notStarted, "its worker ended before it answered")))
  }

  func start(
    receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
    end: @escaping @Sendable (String) -> Void
  ) {
    let (early, ended) = self.state.withLock { state in
      state.receive = receive
      state.end = end
      return (state.early.dropFirst(), state.ended)
    }
    if !early.isEmpty { receive(early) }
    if let ended { end(ended) } else { self.base.setPaused(false) }
  }

  func write(_ fill: (inout [UInt8]) -> Void) -> Bool { self.base.write(fill) }
  var backlog: Int { self.base.backlog }
  func whenBelow(_ limit: Int, _ resume: @escaping @Sendable () -> Void) {
    self.base.whenBelow(limit, resume)
  }
  func closeWriting() { self.base.closeWriting() }
  func setPaused(_ isPaused: Bool) { self.base.setPaused(isPaused) }
  func close() { self.base.close() }
}
