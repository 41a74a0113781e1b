import ConvokeProcess
import ConvokeWire
import Synchronization

/// A link inside a channel of another gateway: `via`.
final class TunnelLink: GatewayLink {
  private struct State {
    var buffer: [UInt8] = []
    var isPumping = false
    var isClosed = false
    var waiters: [(limit: Int, resume: @Sendable () -> Void)] = []
  }

  private let channel: Channel
  private let control: Channel
  private let state = Mutex(State())

  /// Starts a worker on the machine of another gateway.
  static func open(
    through gateway: Gateway,
    _ spec: GatewaySpec,
    swift: SwiftStart?
  ) async throws -> (any GatewayLink, (any GatewayWorker)?) {
    guard let words = WorkerCommand.words(for: spec, swift: swift) else {
      throw GatewayError(
        .badSpecification,
        "the specification '\(spec)' starts no process to tunnel to"
      )
    }
    if gateway.spec.language == .javascript {
      throw GatewayError(
        .misuse,
        "gateway \(gateway.id) runs JavaScript; via needs a worker in Python or Swift"
      )
    }
    let channel = try gateway.execute(.service("tunnel", python: TunnelProgram.source))
    let control = try gateway.newChannel()
    try await channel.send(.list(words.map { .string($0) }))
    try await channel.send(control)
    return (TunnelLink(channel, control), TunnelWorker(control: control))
  }

  private init(_ channel: Channel, _ control: Channel) {
    self.channel = channel
    self.control = control
  }

  func start(
    receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
    end: @escaping @Sendable (String) -> Void
  ) {
    // It lives as long as the tunnel, not as the caller.
    Task.detached { [channel] in
      do {
        for try await item in channel { if let bytes = item.bytes { receive(bytes[...]) } }
        end("the tunnel was closed")
      } catch {
        end("the tunnel failed: \(error)")
      }
    }
  }

  func write(_ fill: (inout [UInt8]) -> Void) -> Bool {
    let (isOpen, mustPump) = self.state.withLock { state in
      if state.isClosed { return (false, false) }
      fill(&state.buffer)
      defer { state.isPumping = true }
      return (true, !state.isPumping)
    }
    if mustPump { Task.detached { await self.pump() } }
    return isOpen
  }

  // Sends what waits, a piece an item, as fast as the outer channel takes it.
  private func pump() async {
    while true {
      let piece = self.state.withLock { state in
        defer { state.buffer = [] }
        if state.buffer.isEmpty { state.isPumping = false }
        return state.buffer
      }
      if piece.isEmpty { return self.wakeWaiters() }
      do {
        try await self.channel.send(.bytes(piece))
      } catch {
        return self.close()
      }
      self.wakeWaiters()
    }
  }

  private func wakeWaiters() {
    let ready = self.state.withLock { state in
      let size = state.buffer.count
      defer { state.waiters.removeAll { size < $0.limit } }
      return state.waiters.filter { size < $0.limit }.map(\.resume)
    }
    for resume in ready { resume() }
  }

  var backlog: Int { self.state.withLock { $0.buffer.count } }

  func whenBelow(_ limit: Int, _ resume: @escaping @Sendable () -> Void) {
    let isBelow = self.state.withLock { state in
      if state.isClosed || state.buffer.count < limit { return true }
      state.waiters.append((limit, resume))
      return false
    }
    if isBelow { resume() }
  }

  func closeWriting() {
    Task.detached { [self] in
      while self.state.withLock({ $0.isPumping && !$0.isClosed }) {
        await withCheckedContinuation { continuation in
          self.whenBelow(1) { continuation.resume() }
        }
        await Task.yield()
      }
      try? await self.control.send(.int(TunnelProgram.closeInput))
    }
  }

  func setPaused(_ isPaused: Bool) {}

  func close() {
    let waiters = self.state.withLock { state in
      state.isClosed = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
    self.channel.close()
  }
}

/// A worker that another gateway started.
struct TunnelWorker: GatewayWorker {
  let control: Channel

  func waitForEnd(within limit: Duration) async -> String? {
    guard (try? await self.control.send(.int(TunnelProgram.wait))) != nil,
      let status = try? await self.control.receive(within: limit)
    else { return self.control.isClosed ? "ended with its gateway" : nil }
    return "exited with code \(status)"
  }

  func kill() async {
    try? await self.control.send(.int(TunnelProgram.kill))
    // The gateway in between may be next to end: it must have done this before. Somebody who asked for
    // the end is answered now.
    try? await self.control.send(.int(TunnelProgram.wait))
    _ = try? await self.control.receive(within: .seconds(1))
    self.control.close()
  }
}
