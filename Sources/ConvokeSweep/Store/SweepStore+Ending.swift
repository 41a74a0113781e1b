internal import GRDB

/// How an execution ended, for the store.
public struct SweepEnd: Sendable {
  /// What becomes of the combination.
  public var state: SweepState
  /// Why, in a sentence.
  public var reason: String?
  /// What came out.
  public var result: ParameterValue?
  /// Where it was executed; `nil` leaves what was said when it was taken.
  public var host: String?
  /// The circumstances: code version, host, tools.
  ///
  /// Equal ones are kept once.
  public var provenance: ParameterValue?

  /// Makes an end.
  ///
  /// - Parameters:
  ///   - state: What becomes of the combination; not ``SweepState/leased``.
  ///   - reason: Why, in a sentence.
  ///   - result: What came out.
  ///   - host: Where it was executed.
  ///   - provenance: The circumstances.
  public init(
    _ state: SweepState,
    reason: String? = nil,
    result: ParameterValue? = nil,
    host: String? = nil,
    provenance: ParameterValue? = nil
  ) {
    self.state = state
    self.reason = reason
    self.result = result
    self.host = host
    self.provenance = provenance
  }
}

extension SweepStore {
  /// Records that combinations were executed; each is recorded as done once at most.
  ///
  /// - Parameters:
  ///   - leases: What was taken.
  ///   - result: What came out, the same for all of them.
  /// - Returns: What became of each, in the same order.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``; nothing is recorded then, and the
  ///   call can be made again.
  @discardableResult
  public func done(
    _ leases: SweepLease...,
    result: ParameterValue? = nil
  ) throws(SweepError) -> [SweepCompletion] {
    try self.end(leases.map { ($0, SweepEnd(.done, result: result)) })
  }

  /// Records that an execution failed; the combination is not offered again until it is reset.
  ///
  /// - Parameters:
  ///   - lease: What was taken.
  ///   - reason: Why, in a sentence.
  ///   - isRetried: Whether the combination is offered again at once.
  /// - Returns: What became of it.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  @discardableResult
  public func fail(
    _ lease: SweepLease,
    reason: String,
    isRetried: Bool = false
  ) throws(SweepError) -> SweepCompletion {
    let end = SweepEnd(.failed, reason: reason)
    return try self.end([(lease, end)], offeringAgain: isRetried)[0]
  }

  /// Leaves combinations out; they are not offered again until they are reset.
  ///
  /// - Parameters:
  ///   - leases: What was taken.
  ///   - reason: Why, in a sentence.
  /// - Returns: What became of each, in the same order.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  @discardableResult
  public func skip(
    _ leases: SweepLease...,
    reason: String
  ) throws(SweepError) -> [SweepCompletion] {
    try self.end(leases.map { ($0, SweepEnd(.skipped, reason: reason)) })
  }

  /// Gives combinations back, so that they are offered again.
  ///
  /// - Parameters:
  ///   - leases: What was taken.
  ///   - reason: Why, in a sentence.
  /// - Returns: What became of each, in the same order.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  @discardableResult
  public func cancel(
    _ leases: SweepLease...,
    reason: String = "given back"
  ) throws(SweepError) -> [SweepCompletion] {
    try self.end(
      leases.map { ($0, SweepEnd(.cancelled, reason: reason)) },
      offeringAgain: true
    )
  }

  /// Records how executions ended, all of them or none.
  ///
  /// - Parameters:
  ///   - ends: What was taken, and how each ended.
  ///   - offeringAgain: Whether those that are not done are offered again at once.
  /// - Returns: What became of each, in the same order.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  @discardableResult
  public func end(
    _ ends: [(SweepLease, SweepEnd)],
    offeringAgain: Bool = false
  ) throws(SweepError) -> [SweepCompletion] {
    try self.write { db in
      try ends.map { lease, end in
        let state = offeringAgain && end.state != .done ? SweepState.todo : end.state
        return try self.record(db, lease, end, state)
      }
    }
  }

  func record(
    _ db: Database,
    _ lease: SweepLease,
    _ end: SweepEnd,
    _ state: SweepState
  ) throws -> SweepCompletion {
    let time = self.now
    let update = try db.cachedStatement(
      sql: """
        UPDATE combination SET state = ?, since = ?, reason = ?, host = coalesce(?, host)
        WHERE id = ? AND state = 'leased' AND worker = ? AND attempts = ?
        """
    )
    try update.execute(
      arguments: [
        state.rawValue, time, end.reason, end.host, lease.id, lease.worker, lease.attempt,
      ]
    )
    if db.changesCount == 1 {
      try self.insert(db, lease, end, time)
      return .accepted
    }
    return try self.recordLate(db, lease, end, time)
  }

  private func recordLate(
    _ db: Database,
    _ lease: SweepLease,
    _ end: SweepEnd,
    _ time: Double
  ) throws -> SweepCompletion {
    guard
      let state = try String.fetchOne(
        db,
        sql: "SELECT state FROM combination WHERE id = ?",
        arguments: [lease.id]
      )
    else { return .refused("the combination is not in the store any more") }
    if state == "done" { return .refused("the combination is done already") }
    guard end.state == .done else {
      return .refused("the combination had been given back, and is \(state) now")
    }
    switch (self.options.lateRule, state) {
    case (.refuse, _): return .refused("the combination had been given back: the end came too late")
    case (.adoptIfFree, "leased"): return .refused("another worker has the combination now")
    default: break
    }
    let update = try db.cachedStatement(
      sql: """
        UPDATE combination SET state = 'done', since = ?, reason = ?, worker = ?,
          host = coalesce(?, host) WHERE id = ?
        """
    )
    try update.execute(
      arguments: [time, "adopted: the end came late", lease.worker, end.host, lease.id]
    )
    try self.insert(db, lease, end, time)
    return .adopted
  }

  private func insert(
    _ db: Database,
    _ lease: SweepLease,
    _ end: SweepEnd,
    _ time: Double
  ) throws {
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO run
          (combination, attempt, worker, host, state, started, ended, reason, result, provenance)
        VALUES (?1, ?2, ?3, coalesce(?4, (SELECT host FROM combination WHERE id = ?1)),
          ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (combination, attempt) DO UPDATE SET state = excluded.state,
          ended = excluded.ended, reason = excluded.reason, result = excluded.result,
          host = excluded.host, provenance = excluded.provenance
        """
    )
    let facts = try end.provenance.map { try self.provenance(db, $0.json) }
    try insert.execute(
      arguments: [
        lease.id, lease.attempt, lease.worker, end.host, end.state.rawValue, lease.taken, time,
        end.reason, end.result?.json, facts,
      ]
    )
  }

  private func provenance(_ db: Database, _ facts: String) throws -> Int64? {
    try db.cachedStatement(sql: "INSERT INTO provenance (facts) VALUES (?) ON CONFLICT DO NOTHING")
      .execute(arguments: [facts])
    let select = try db.cachedStatement(sql: "SELECT id FROM provenance WHERE facts = ?")
    return try Int64.fetchOne(select, arguments: [facts])
  }
}
