internal import GRDB

extension SweepStore {
  private static let examples = 20

  /// Makes the store follow a sweep: new combinations are added, those that are gone are no longer
  /// offered, and the rest keep their states and results.
  ///
  /// A combination that comes back later has its old state again.
  ///
  /// - Parameters:
  ///   - combinations: The combinations, in their order; repeated ones count once.
  ///   - text: The text of the definition, for the record.
  /// - Returns: What changed.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what makes a combination throws;
  ///   the store is unchanged then.
  @discardableResult
  public func update(
    to combinations: Combinations,
    text: String? = nil
  ) throws(SweepError) -> SweepDifference {
    try self.write { db in
      var iterator = combinations.makeIterator()
      var seen = SeenNumbers()
      var difference = SweepDifference(added: 0, removed: 0, kept: 0)
      var position = 0
      let insert = try StoreStatement(
        db,
        """
        INSERT INTO combination (key, parameters, position) VALUES (?, ?, ?)
        ON CONFLICT (key) DO NOTHING
        """
      )
      while let combination = try iterator.next() {
        position += 1
        let key = combination.key
        try insert.run(.text(key), .text(combination.json), .int(position))
        if db.changesCount == 1 {
          _ = seen.insert(db.lastInsertedRowID)
          difference.added += 1
          if difference.added <= Self.examples { difference.addedExamples.append(combination) }
        } else {
          try self.keep(db, combination, key, position, &seen, &difference)
        }
      }
      try self.removeOthers(db, seen, &difference)
      try db.execute(
        sql: "INSERT INTO definition (time, text, added, removed, kept) VALUES (?, ?, ?, ?, ?)",
        arguments: [self.now, text, difference.added, difference.removed, difference.kept]
      )
      return difference
    }
  }

  /// Makes the store follow a sweep.
  ///
  /// - Parameter sweep: The sweep.
  /// - Returns: What changed.
  /// - Throws: As ``update(to:text:)-(Combinations,_)``.
  @discardableResult
  public func update(to sweep: Sweep) throws(SweepError) -> SweepDifference {
    let combinations: Combinations
    do {
      combinations = try sweep.combinations()
    } catch {
      throw StoreProblem.error(error, self.folder)
    }
    return try self.update(to: combinations)
  }

  /// Makes the store follow a list of combinations.
  ///
  /// - Parameter list: The combinations, in their order.
  /// - Returns: What changed.
  /// - Throws: As ``update(to:text:)-(Combinations,_)``.
  @discardableResult
  public func update(to list: [Combination]) throws(SweepError) -> SweepDifference {
    try self.update(to: Combinations(list: list))
  }

  /// The text of the definition that the store follows; `nil` if none was recorded.
  ///
  /// - Returns: The text.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func definition() throws(SweepError) -> String? {
    try self.read { db in
      try String.fetchOne(db, sql: "SELECT text FROM definition ORDER BY id DESC LIMIT 1")
    }
  }

  // A combination that the store knows.
  private func keep(
    _ db: Database,
    _ combination: Combination,
    _ key: String,
    _ position: Int,
    _ seen: inout SeenNumbers,
    _ difference: inout SweepDifference
  ) throws {
    var id: Int64 = 0
    var wasPresent = false
    var oldPosition = 0
    let select = "SELECT id, present, position FROM combination WHERE key = ?"
    try StoreStatement(db, select).forEach([.text(key)]) { row in
      id = row.int(0)
      wasPresent = row.int(1) == 1
      oldPosition = Int(row.int(2))
      return false
    }
    guard seen.insert(id) else { return }
    if wasPresent { difference.kept += 1 } else { difference.added += 1 }
    if !wasPresent, difference.added <= Self.examples {
      difference.addedExamples.append(combination)
    }
    if wasPresent, oldPosition == position { return }
    try StoreStatement(db, "UPDATE combination SET present = 1, position = ? WHERE id = ?")
      .run(.int(position), .int(id))
  }

  private func removeOthers(
    _ db: Database,
    _ seen: SeenNumbers,
    _ difference: inout SweepDifference
  ) throws {
    var gone: [Int64] = []
    let ids = try StoreStatement(db, "SELECT id FROM combination WHERE present = 1")
    try ids.forEach([]) { row in
      if !seen.contains(row.int(0)) { gone.append(row.int(0)) }
      return true
    }
    let update = try StoreStatement(db, "UPDATE combination SET present = 0 WHERE id = ?")
    for id in gone { try update.run(.int(id)) }
    let select = try StoreStatement(db, "SELECT parameters FROM combination WHERE id = ?")
    for id in gone.prefix(Self.examples) {
      try select.forEach([.int(id)]) { row in
        difference.removedExamples.append(try Combination(json: row.bytes(0)))
        return false
      }
    }
    difference.removed = gone.count
  }
}

/// Which row numbers have been seen: one bit each, as they are given out without gaps.
private struct SeenNumbers {
  private var bits: [UInt64] = []

  func contains(_ number: Int64) -> Bool {
    let index = Int(number / 64)
    return index < self.bits.count && self.bits[index] >> UInt64(number % 64) & 1 == 1
  }

  // Says whether it is new.
  mutating func insert(_ number: Int64) -> Bool {
    if self.contains(number) { return false }
    let index = Int(number / 64)
    if index >= self.bits.count {
      self.bits += [UInt64](repeating: 0, count: max(index + 1 - self.bits.count, self.bits.count))
    }
    self.bits[index] |= 1 << UInt64(number % 64)
    return true
  }
}
