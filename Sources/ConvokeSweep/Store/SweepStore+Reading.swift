internal import GRDB

extension SweepStore {
  /// How many combinations of the present sweep are in each state.
  ///
  /// - Returns: The numbers.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func statistics() throws(SweepError) -> SweepStatistics {
    try self.read { db in
      // Each of these counts has an index that is as small as can be; `done` is the rest.
      var counts: [SweepState: Int] = [:]
      let sql = """
        SELECT 'todo', count(*) FROM combination WHERE present = 1 AND state = 'todo'
        UNION ALL SELECT 'leased', count(*) FROM combination WHERE state = 'leased'
        UNION ALL SELECT state, count(*) FROM combination
          WHERE state <> 'todo' AND state <> 'leased' AND state <> 'done' GROUP BY state
        UNION ALL SELECT state, -count(*) FROM combination
          WHERE present = 0 AND state <> 'todo' GROUP BY state
        """
      for row in try Row.fetchAll(db, sql: sql) {
        if let state = SweepState(rawValue: row[0]) { counts[state, default: 0] += row[1] }
      }
      let all = try Int.fetchOne(
        db,
        sql: """
          SELECT (SELECT count(*) FROM combination)
            - (SELECT count(*) FROM combination WHERE present = 0)
          """
      )
      // Those that are done and absent have been subtracted already.
      let others = counts.filter { $0.key != .done }.values.reduce(0, +)
      counts[.done] = (all ?? 0) - others
      return SweepStatistics(counts.filter { $0.value > 0 })
    }
  }

  /// Whether somebody has a combination of the present sweep.
  func isAnyLeased() throws(SweepError) -> Bool {
    try self.read { db in
      let sql = "SELECT EXISTS (SELECT 1 FROM combination WHERE state = 'leased' AND present = 1)"
      return try Bool.fetchOne(db, sql: sql) ?? false
    }
  }

  /// How many combinations are in each state, for every value of every parameter.
  ///
  /// - Returns: The numbers by parameter and by value.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func statisticsByLevel() throws(SweepError)
    -> [String: [ParameterValue: SweepStatistics]]
  {
    var levels: [String: [ParameterValue: SweepStatistics]] = [:]
    try self.forEach { record in
      for field in record.combination.fields {
        levels[field.name, default: [:]][field.value, default: SweepStatistics([:])]
          .counts[record.state, default: 0] += 1
      }
    }
    return levels
  }

  /// The combinations of the present sweep, in its order.
  ///
  /// - Parameters:
  ///   - states: The states to look for; `nil` takes all.
  ///   - limit: How many at most.
  ///   - includingRemoved: Whether those count that the sweep no longer has.
  /// - Returns: What is known about each.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func records(
    in states: Set<SweepState>? = nil,
    limit: Int = .max,
    includingRemoved: Bool = false
  ) throws(SweepError) -> [SweepRecord] {
    var records: [SweepRecord] = []
    try self.forEach(in: states, limit: limit, includingRemoved: includingRemoved) {
      records.append($0)
    }
    return records
  }

  /// Calls a function for each combination of the present sweep, in its order.
  ///
  /// - Parameters:
  ///   - states: The states to look for; `nil` takes all.
  ///   - limit: How many at most.
  ///   - includingRemoved: Whether those count that the sweep no longer has.
  ///   - body: What to do with each.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what the body throws.
  public func forEach(
    in states: Set<SweepState>? = nil,
    limit: Int = .max,
    includingRemoved: Bool = false,
    _ body: (SweepRecord) throws -> Void
  ) throws(SweepError) {
    let wanted = (states ?? Set(SweepState.allCases)).map { "'\($0.rawValue)'" }.sorted()
    try self.read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT c.*, r.result AS result FROM combination c
          LEFT JOIN run r ON r.combination = c.id AND r.state = 'done'
          WHERE c.state IN (\(wanted.joined(separator: ", ")))
          \(includingRemoved ? "" : "AND c.present = 1") ORDER BY c.position LIMIT \(limit)
          """
      )
      while let row = try rows.next() { try body(Self.record(row)) }
    }
  }

  /// What is known about a combination, and the attempts made at it.
  ///
  /// - Parameter combination: The combination.
  /// - Returns: The record and the attempts in their order; `nil` if it is not in the store.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func history(
    of combination: Combination
  ) throws(SweepError) -> (record: SweepRecord, attempts: [SweepAttempt])? {
    try self.read { db in
      guard
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT c.*, r.result AS result FROM combination c
            LEFT JOIN run r ON r.combination = c.id AND r.state = 'done' WHERE c.key = ?
            """,
          arguments: [combination.key]
        )
      else { return nil }
      let record = try Self.record(row)
      let runs = try Row.fetchAll(
        db,
        sql: """
          SELECT run.*, worker.name AS worker_name, provenance.facts AS facts FROM run
          LEFT JOIN worker ON worker.id = run.worker
          LEFT JOIN provenance ON provenance.id = run.provenance
          WHERE combination = ? ORDER BY attempt
          """,
        arguments: [record.id]
      )
      return (record, try runs.map(Self.attempt))
    }
  }

  private static func record(_ row: Row) throws -> SweepRecord {
    let result: String? = row["result"]
    return SweepRecord(
      combination: try Combination(json: row["parameters"]),
      state: SweepState(rawValue: row["state"]) ?? .todo,
      attempts: row["attempts"],
      priority: row["priority"],
      host: row["host"],
      since: row["since"],
      reason: row["reason"],
      isPresent: row["present"],
      result: try result.map { try ParameterValue(json: $0) },
      id: row["id"]
    )
  }

  private static func attempt(_ row: Row) throws -> SweepAttempt {
    let result: String? = row["result"]
    let facts: String? = row["facts"]
    return SweepAttempt(
      number: row["attempt"],
      worker: row["worker_name"] ?? "",
      host: row["host"],
      state: row["state"],
      started: row["started"],
      ended: row["ended"],
      reason: row["reason"],
      result: try result.map { try ParameterValue(json: $0) },
      provenance: try facts.map { try ParameterValue(json: $0) }
    )
  }
}

extension SweepStore {
  /// When the last attempt at each combination was taken and ended, by the number of the combination.
  func times() throws(SweepError) -> [Int64: (started: Double, ended: Double)] {
    try self.read { db in
      var times: [Int64: (started: Double, ended: Double)] = [:]
      let sql = "SELECT combination, started, ended FROM run ORDER BY combination, attempt"
      let rows = try Row.fetchCursor(db, sql: sql)
      while let row = try rows.next() { times[row[0]] = (row[1], row[2]) }
      return times
    }
  }
}

extension SweepStore {
  /// The circumstances of the runs that are done or failed, with how many there are of each.
  func provenances() throws(SweepError) -> [(count: Int, facts: ParameterValue)] {
    try self.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT count(*), facts FROM provenance JOIN run ON run.provenance = provenance.id
          GROUP BY provenance.id ORDER BY 1 DESC
          """
      )
      return try rows.map { ($0[0], try ParameterValue(json: $0[1])) }
    }
  }
}
