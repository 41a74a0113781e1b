internal import GRDB

extension SweepStore {
  /// Offers combinations again, whatever became of them.
  ///
  /// The results of those that were done are kept among their attempts as `lost`, so that there is never
  /// more than one `done`. What a worker has now is taken from it only if `leased` is among the states;
  /// its end is then late (see ``SweepStoreOptions/lateRule``).
  ///
  /// - Parameters:
  ///   - states: The states to reset.
  ///   - filter: Which combinations to reset; `nil` takes all.
  ///   - reason: Why, in a sentence.
  /// - Returns: How many were reset.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what the filter throws.
  @discardableResult
  public func reset(
    _ states: Set<SweepState>,
    where filter: ((Combination) throws -> Bool)? = nil,
    reason: String = "reset"
  ) throws(SweepError) -> Int {
    try self.change(states.subtracting([.todo]), to: .todo, reason, filter)
  }

  /// Leaves combinations out that nobody has, until they are reset.
  ///
  /// - Parameters:
  ///   - states: The states to look for.
  ///   - filter: Which combinations to leave out; `nil` takes all.
  ///   - reason: Why, in a sentence.
  /// - Returns: How many are left out.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what the filter throws.
  @discardableResult
  public func skip(
    _ states: Set<SweepState> = [.todo, .failed],
    where filter: ((Combination) throws -> Bool)?,
    reason: String
  ) throws(SweepError) -> Int {
    try self.change(states.subtracting([.skipped, .leased, .done]), to: .skipped, reason, filter)
  }

  /// Withdraws combinations that wait or run, until they are reset.
  ///
  /// - Parameters:
  ///   - filter: Which combinations to withdraw; `nil` takes all.
  ///   - reason: Why, in a sentence.
  /// - Returns: How many are withdrawn.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what the filter throws.
  @discardableResult
  public func withdraw(
    where filter: ((Combination) throws -> Bool)?,
    reason: String
  ) throws(SweepError) -> Int {
    try self.change([.todo, .leased], to: .cancelled, reason, filter)
  }

  /// Says who is served first.
  ///
  /// - Parameter priority: The priority of a combination: higher numbers first; `nil` leaves it as it is.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what the function throws.
  public func prioritize(
    _ priority: (Combination) throws -> Double?
  ) throws(SweepError) {
    try self.write { db in
      let sql = "SELECT id, parameters FROM combination WHERE present = 1 AND state = 'todo'"
      for row in try Row.fetchAll(db, sql: sql) {
        guard let value = try priority(Combination(json: row[1])) else { continue }
        let id: Int64 = row[0]
        try db.cachedStatement(sql: "UPDATE combination SET priority = ? WHERE id = ?")
          .execute(arguments: [value, id])
      }
    }
  }

  /// Says that combinations that wait are served in a random order.
  ///
  /// Of two combinations the same one comes first whenever the seed is the same, whatever else waits.
  ///
  /// - Parameter seed: The seed.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func shuffle(seed: UInt64) throws(SweepError) {
    try self.prioritize { combination in
      let digits = UInt64(combination.key.prefix(16), radix: 16) ?? 0
      var generator = SampleGenerator(seed: seed ^ digits)
      return Double.random(in: 0..<1, using: &generator)
    }
  }

  private func change(
    _ states: Set<SweepState>,
    to state: SweepState,
    _ reason: String,
    _ filter: ((Combination) throws -> Bool)?
  ) throws(SweepError) -> Int {
    let wanted = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    return try self.write { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, parameters, state FROM combination
          WHERE present = 1 AND state IN (\(wanted)) ORDER BY position
          """
      )
      var count = 0
      for row in rows where try filter?(Combination(json: row[1])) ?? true {
        try self.change(db, row[0], from: row[2], to: state, reason)
        count += 1
      }
      return count
    }
  }

  private func change(
    _ db: Database,
    _ id: Int64,
    from old: String,
    to state: SweepState,
    _ reason: String
  ) throws {
    let time = self.now
    if old == "done" {
      try db.cachedStatement(
        sql: "UPDATE run SET state = 'lost', reason = ? WHERE combination = ? AND state = 'done'"
      ).execute(arguments: [reason, id])
    }
    try db.cachedStatement(
      sql: "UPDATE combination SET state = ?, since = ?, reason = ?, worker = NULL WHERE id = ?"
    ).execute(arguments: [state.rawValue, time, reason, id])
  }
}
