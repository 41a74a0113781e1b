internal import ConvokeWire

/// What one end of a channel has taken, and the answers to its messages.
struct SweepDesk {
  private let store: SweepStore
  private let host: String
  private var held: [Int64: SweepLease] = [:]
  /// How many ends were recorded.
  private(set) var count = 0

  private static let mostAtOnce = 10_000
  private static let longestPause: Duration = .seconds(1)

  init(_ store: SweepStore, on host: String) {
    self.store = store
    self.host = host
  }

  /// Does what a message says.
  ///
  /// - Throws: ``SweepError`` if it says nothing, or the store cannot be used; `CancellationError`.
  mutating func answer(_ message: WireValue) async throws -> WireValue {
    guard case .list(let parts) = try ParameterValue(wire: message),
      case .text(let verb)? = parts.first
    else {
      throw SweepError(
        .syntax,
        "a message to a sweep is a list such as ['next', 1], not \(message)"
      )
    }
    switch (verb, parts.count) {
    case ("next", 1...2): return try await self.next(parts.count > 1 ? parts[1] : 1)
    case ("done", 2...3):
      var end = SweepEnd(.done, host: self.host)
      if parts.count > 2 { end.result = parts[2] }
      return try self.end(parts[1], end)
    case ("fail", 3): return try self.end(parts[1], self.end(.failed, parts[2]))
    case ("skip", 3): return try self.end(parts[1], self.end(.skipped, parts[2]))
    case ("cancel", 3):
      return try self.end(parts[1], self.end(.cancelled, parts[2]), offeringAgain: true)
    default:
      throw SweepError(
        .syntax,
        "a sweep knows ['next', count], ['done', id, result], ['fail', id, reason], "
          + "['skip', id, reason] and ['cancel', id, reason], not \(message)"
      )
    }
  }

  /// Gives back what is left.
  mutating func close() throws(SweepError) {
    defer { self.held = [:] }
    let reason = "the worker on \(self.host) has gone"
    let ends = self.held.values.map { ($0, SweepEnd(.cancelled, reason: reason, host: self.host)) }
    if !ends.isEmpty { _ = try self.store.end(ends, offeringAgain: true) }
  }

  private func end(_ state: SweepState, _ reason: ParameterValue) -> SweepEnd {
    SweepEnd(state, reason: reason.description, host: self.host)
  }

  private mutating func next(_ count: ParameterValue) async throws -> WireValue {
    guard case .int(let count) = count, (1...Self.mostAtOnce).contains(count) else {
      throw SweepError(.syntax, "'next' takes a number from 1 to \(Self.mostAtOnce), not \(count)")
    }
    var pause: Duration = .milliseconds(20)
    while true {
      let leases = try self.store.next(count, on: self.host)
      for lease in leases { self.held[lease.id] = lease }
      // Who still has something must not wait for others, who might wait for him.
      if !leases.isEmpty || !self.held.isEmpty { return .list(leases.map(Self.wire)) }
      if try self.store.statistics()[.leased] == 0 { return .list([]) }
      // Nothing announces what others give back.
      try await Task.sleep(for: pause)
      pause = min(pause * 2, Self.longestPause)
    }
  }

  private mutating func end(
    _ id: ParameterValue,
    _ end: SweepEnd,
    offeringAgain: Bool = false
  ) throws(SweepError) -> WireValue {
    guard case .int(let number) = id, let lease = self.held.removeValue(forKey: Int64(number))
    else {
      throw SweepError(.unknownCombination, "\(id) is not among what was taken on \(self.host)")
    }
    let completion = try self.store.end([(lease, end)], offeringAgain: offeringAgain)
    if case .refused(let reason)? = completion.first { return .string(reason) }
    self.count += 1
    return .none
  }

  private static func wire(_ lease: SweepLease) -> WireValue {
    .dictionary([
      .init(.string("id"), .int(Int(lease.id))),
      .init(.string("key"), .string(lease.combination.key)),
      .init(.string("slug"), .string(lease.combination.slug)),
      .init(.string("attempt"), .int(lease.attempt)),
      .init(.string("parameters"), ParameterValue.object(lease.combination.fields).wire),
    ])
  }
}
