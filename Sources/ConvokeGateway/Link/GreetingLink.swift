import Synchronization

/// A link whose first byte is the worker's answer to its program: `1`.
///
/// Source: execnet 2.1, `gateway_bootstrap`.
final class GreetingLink: GatewayLink {
  private struct State {
    var isGreeted = false
    var early: [UInt8] = []
    var receive: (@Sendable (ArraySlice<UInt8>) -> Void)?
    var end: (@Sendable (String) -> Void)?
    var ended: String?

    mutating func takeEarly(
      _ receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void
    ) -> [UInt8]? {
      if self.early.isEmpty {
        self.receive = receive
        return nil
      }
      defer { self.early = [] }
      return self.early
    }
  }

  private let base: any GatewayLink
  private let state = Mutex(State())
  private let greeting = Answer<GatewayError?>()

  init(_ base: any GatewayLink) { self.base = base }

  func waitForGreeting(within limit: Duration) async throws {
    self.base.start(receive: { self.take($0) }, end: { self.takeEnd($0) })
    let late = GatewayError(.timedOut, "its worker did not answer within \(limit)")
    let failure = await self.greeting.wait(within: limit, otherwise: late)
    try Task.checkCancellation()
    if let failure { throw failure }
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    if let receive = self.state.withLock({ $0.receive }) { return receive(bytes) }
    // What comes before the gateway has started waits in the kernel.
    self.base.setPaused(true)
    let isFirst = self.state.withLock { state in
      state.early += state.isGreeted ? bytes : bytes.dropFirst()
      defer { state.isGreeted = true }
      return !state.isGreeted
    }
    guard isFirst else { return }
    if bytes.first == UInt8(ascii: "1") { return self.greeting.give(nil) }
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    self.greeting.give(GatewayError(.notStarted, "its worker answered \(text.debugDescription)"))
  }

  private func takeEnd(_ reason: String) {
    let end = self.state.withLock { state in
      state.ended = reason
      return state.end
    }
    end?(reason)
    self.greeting.give(GatewayError(.notStarted, "its worker ended before it answered"))
  }

  func start(
    receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
    end: @escaping @Sendable (String) -> Void
  ) {
    // What came early goes first, and is handed on by this side alone until none is left.
    while let early = self.state.withLock({ $0.takeEarly(receive) }) { receive(early[...]) }
    let ended = self.state.withLock { state in
      state.end = end
      return state.ended
    }
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
