import Synchronization

/// A link before its gateway has it: what the worker says first is read by lines and bytes.
///
/// Everything waits in the kernel until somebody asks for it, or the gateway starts.
final class OpeningLink: GatewayLink {
  private struct State {
    var early: [UInt8] = []
    var ended: String?
    var waiter: Answer<Bool>?
    var receive: (@Sendable (ArraySlice<UInt8>) -> Void)?
    var end: (@Sendable (String) -> Void)?

    /// Hands on what came early, piece by piece, until `receive` may get the rest directly.
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

  /// The longest line that is waited for, in bytes.
  private static let longestLine = 64 << 10

  private let base: any GatewayLink
  private let state = Mutex(State())

  init(_ base: any GatewayLink) { self.base = base }

  /// Begins to read.
  func open() { self.base.start(receive: { self.take($0) }, end: { self.takeEnd($0) }) }

  // MARK: - What comes first

  /// Waits for the worker's answer to its program: `1`, or `0` and a sentence.
  ///
  /// Source of the `1`: execnet 2.1, `gateway_bootstrap`.
  func waitForGreeting(within limit: Duration) async throws {
    let end = ContinuousClock.now.advanced(by: limit)
    switch try await self.next(until: end, { $0.isEmpty ? nil : $0.removeFirst() }) {
    case UInt8(ascii: "1"): return
    case UInt8(ascii: "0"):
      let reason = try await self.nextLine(until: end)
      throw GatewayError(.notStarted, "its worker says: \(reason)")
    case let first:
      let rest = self.state.withLock { $0.early.prefix(200) }
      let text = String(decoding: [first] + rest, as: UTF8.self)
      throw GatewayError(.notStarted, "its worker answered \(text.debugDescription)")
    }
  }

  /// Waits for a line; one that is cut off by the end of the link counts, too.
  ///
  /// - Returns: The line, without its end.
  func nextLine(until end: ContinuousClock.Instant) async throws -> String {
    let line = try await self.next(until: end, acceptsRest: true) { early -> [UInt8]? in
      guard let newline = early.firstIndex(of: UInt8(ascii: "\n")) else {
        return early.count > Self.longestLine ? early : nil
      }
      defer { early.removeFirst(newline + 1) }
      return Array(early[..<newline])
    }
    return String(decoding: line, as: UTF8.self)
  }

  private func next<Piece: Sendable>(
    until end: ContinuousClock.Instant,
    acceptsRest: Bool = false,
    _ take: (inout [UInt8]) -> Piece?
  ) async throws -> Piece {
    while true {
      let waiter = Answer<Bool>()
      let (piece, ended) = self.state.withLock { state -> (Piece?, String?) in
        if acceptsRest, state.ended != nil, !state.early.isEmpty {
          state.early.append(UInt8(ascii: "\n"))
        }
        if let piece = take(&state.early) { return (piece, nil) }
        state.waiter = waiter
        return (nil, state.ended)
      }
      if let piece { return piece }
      if ended != nil {
        throw GatewayError(.notStarted, "its worker ended before it answered")
      }
      self.base.setPaused(false)
      let left = ContinuousClock.now.duration(to: end)
      let isAwake = await waiter.wait(within: max(.zero, left), otherwise: false)
      try Task.checkCancellation()
      if !isAwake { throw GatewayError(.timedOut, "its worker did not answer in time") }
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    if let receive = self.state.withLock({ $0.receive }) { return receive(bytes) }
    self.base.setPaused(true)
    self.wake { $0.early += bytes }
  }

  private func takeEnd(_ reason: String) {
    let end = self.state.withLock { $0.end }
    end?(reason)
    self.wake { $0.ended = reason }
  }

  private func wake(_ change: (inout State) -> Void) {
    let waiter = self.state.withLock { state in
      change(&state)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.give(true)
  }

  // MARK: - The link of the gateway

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

  func readBriefly(until isDone: () -> Bool) -> Bool { self.base.readBriefly(until: isDone) }

  @discardableResult
  func write(_ fill: (inout [UInt8]) -> Void) -> Bool { self.base.write(fill) }
  func hold() { self.base.hold() }
  func release() { self.base.release() }
  var backlog: Int { self.base.backlog }
  func whenBelow(_ limit: Int, _ resume: @escaping @Sendable () -> Void) {
    self.base.whenBelow(limit, resume)
  }
  func closeWriting() { self.base.closeWriting() }
  func setPaused(_ isPaused: Bool) { self.base.setPaused(isPaused) }
  func close() { self.base.close() }
}
