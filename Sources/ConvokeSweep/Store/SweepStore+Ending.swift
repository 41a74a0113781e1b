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
      let ending = try EndingStatements(db)
      return try ends.map { lease, end in
        let state = offeringAgain && end.state != .done ? SweepState.todo : end.state
        return try self.record(ending, lease, end, state)
      }
    }
  }

  /// What every end needs, found once for all that are recorded together.
  struct EndingStatements {
    fileprivate let db: Database
    fileprivate let update: StoreStatement
    fileprivate let insert: StoreStatement

    init(_ db: Database) throws {
      self.db = db
      self.update = try StoreStatement(db, Self.updating)
      self.insert = try StoreStatement(db, Self.inserting)
    }

    private static let updating = """
      UPDATE combination SET state = ?, since = ?, reason = ?, host = coalesce(?, host)
      WHERE id = ? AND state = 'leased' AND worker = ? AND attempts = ?
      """
    private static let inserting = """
      INSERT INTO run
        (combination, attempt, worker, host, state, started, ended, reason, result, provenance)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (combination, attempt) DO UPDATE SET state = excluded.state,
        ended = excluded.ended, reason = excluded.reason, result = excluded.result,
        host = excluded.host, provenance = excluded.provenance
      """

    static let all = [Self.updating, Self.inserting]
  }

  func record(
    _ ending: EndingStatements,
    _ lease: SweepLease,
    _ end: SweepEnd,
    _ state: SweepState
  ) throws -> SweepCompletion {
    let time = self.now
    try ending.update.run(
      .text(state.rawValue),
      .double(time),
      .optional(end.reason),
      .optional(end.host),
      .int(lease.id),
      .int(lease.worker),
      .int(lease.attempt)
    )
    guard ending.db.changesCount == 1 else {
      return try self.recordLate(ending, lease, end, time)
    }
    try self.insert(ending, lease, end, time)
    return .accepted
  }

  private func recordLate(
    _ ending: EndingStatements,
    _ lease: SweepLease,
    _ end: SweepEnd,
    _ time: Double
  ) throws -> SweepCompletion {
    let db = ending.db
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
    try self.insert(ending, lease, end, time)
    return .adopted
  }

  private func insert(
    _ ending: EndingStatements,
    _ lease: SweepLease,
    _ end: SweepEnd,
    _ time: Double
  ) throws {
    let facts = try end.provenance.map { try self.provenance(ending.db, $0.json) }
    try ending.insert.run(
      .int(lease.id),
      .int(lease.attempt),
      .int(lease.worker),
      .optional(end.host ?? lease.host),
      .text(end.state.rawValue),
      .double(lease.taken),
      .double(time),
      .optional(end.reason),
      .optional(end.result?.json),
      .optional(facts)
    )
  }

  private func provenance(_ db: Database, _ facts: String) throws -> Int64 {
    var number: Int64?
    let select = try StoreStatement(db, "SELECT id FROM provenance WHERE facts = ?")
    try select.forEach([.text(facts)]) { row in
      number = row.int(0)
      return false
    }
    if let number { return number }
    try StoreStatement(db, "INSERT INTO provenance (facts) VALUES (?)").run(.text(facts))
    return db.lastInsertedRowID
  }
}
