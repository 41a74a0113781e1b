internal import Foundation
internal import GRDB

extension SweepStore {
  private static let offered = "present = 1 AND state = 'todo' ORDER BY priority DESC, position"

  /// Takes combinations that wait, those of the highest priority first, then in the order of the sweep.
  ///
  /// Nobody else gets them until this process ends, hangs or gives them back.
  ///
  /// - Parameters:
  ///   - count: How many to take at most.
  ///   - host: Where they will be executed, if it is known; for records only.
  ///   - filter: Which combinations may be taken; called in their order until enough are found.
  /// - Returns: What was taken; an empty list if nothing waits that may be taken.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what the filter throws.
  public func next(
    _ count: Int = 1,
    on host: String? = nil,
    where filter: ((Combination) throws -> Bool)? = nil
  ) throws(SweepError) -> [SweepLease] {
    guard count > 0 else { return [] }
    return try self.write { db in try self.takeOrReclaim(db, count, host, filter) }
  }

  func takeOrReclaim(
    _ db: Database,
    _ count: Int,
    _ host: String?,
    _ filter: ((Combination) throws -> Bool)?
  ) throws -> [SweepLease] {
    if count < 1 { return [] }
    try self.reclaimNowAndThen(db)
    let leases = try self.take(db, count, host, filter)
    if !leases.isEmpty { return leases }
    // Before saying that nothing is left, look once more for what the dead have.
    guard try self.reclaim(db) > 0 else { return [] }
    return try self.take(db, count, host, filter)
  }

  /// Takes the combinations that a function picks from all that wait.
  ///
  /// - Parameters:
  ///   - host: Where they will be executed, if it is known; for records only.
  ///   - picker: Gets all combinations that wait, in their order, and hands out those to take.
  /// - Returns: What was taken, in the order of the picker.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``, or what the picker throws.
  public func next(
    on host: String? = nil,
    picking picker: ([Combination]) throws -> [Combination]
  ) throws(SweepError) -> [SweepLease] {
    try self.write { db in
      _ = try self.reclaim(db)
      let sql = "\(Self.columns) WHERE \(Self.offered)"
      var found: [Combination: Found] = [:]
      var offered: [Combination] = []
      for row in try Row.fetchAll(db, sql: sql) {
        let one = try Found(row)
        found[one.combination] = one
        offered.append(one.combination)
      }
      let worker = try self.workerNumber(db)
      return try picker(offered).compactMap { combination in
        guard let one = found.removeValue(forKey: combination) else { return nil }
        return try self.lease(db, one, worker, host)
      }
    }
  }

  private static let columns = "SELECT id, attempts, parameters FROM combination"

  private struct Found {
    var id: Int64
    var attempts: Int
    var combination: Combination

    init(_ row: Row) throws {
      self.id = row[0]
      self.attempts = row[1]
      self.combination = try Combination(json: row[2])
    }
  }

  private func take(
    _ db: Database,
    _ count: Int,
    _ host: String?,
    _ filter: ((Combination) throws -> Bool)?
  ) throws -> [SweepLease] {
    let sql = "\(Self.columns) WHERE \(Self.offered)"
    var found: [Found] = []
    if let filter {
      let rows = try Row.fetchCursor(db, sql: sql)
      while found.count < count, let row = try rows.next() {
        let one = try Found(row)
        if try filter(one.combination) { found.append(one) }
      }
    } else {
      let rows = try Row.fetchCursor(
        try db.cachedStatement(sql: "\(sql) LIMIT ?"),
        arguments: [count]
      )
      while let row = try rows.next() { found.append(try Found(row)) }
    }
    if found.isEmpty { return [] }
    let worker = try self.workerNumber(db)
    return try found.map { try self.lease(db, $0, worker, host) }
  }

  private func lease(
    _ db: Database,
    _ found: Found,
    _ worker: Int64,
    _ host: String?
  ) throws -> SweepLease {
    let time = self.now
    // No RETURNING: it makes a table of its own for each call.
    try db.cachedStatement(
      sql: """
        UPDATE combination SET state = 'leased', worker = ?, host = ?, attempts = attempts + 1,
          since = ?, reason = NULL WHERE id = ?
        """
    ).execute(arguments: [worker, host, time, found.id])
    return SweepLease(
      combination: found.combination,
      attempt: found.attempts + 1,
      id: found.id,
      worker: worker,
      taken: time
    )
  }

  /// Takes a combination again that this process has just given back.
  func leaseAgain(_ db: Database, _ lease: SweepLease) throws -> SweepLease {
    guard
      let row = try Row.fetchOne(
        db,
        sql: "\(Self.columns) WHERE id = ?",
        arguments: [lease.id]
      )
    else { throw SweepError(.unknownCombination, "\(lease.combination) is not in the store") }
    return try self.lease(db, Found(row), lease.worker, nil)
  }
}
