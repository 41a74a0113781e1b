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
    return try self.write { db in
      try self.reclaimNowAndThen(db)
      let leases = try self.take(db, count, host, filter)
      if !leases.isEmpty { return leases }
      // Before saying that nothing is left, look once more for what the dead have.
      guard try self.reclaim(db) > 0 else { return [] }
      return try self.take(db, count, host, filter)
    }
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
      let sql = "SELECT id, parameters FROM combination WHERE \(Self.offered)"
      var ids: [Combination: Int64] = [:]
      var offered: [Combination] = []
      for row in try Row.fetchAll(db, sql: sql) {
        let combination = try Combination(json: row["parameters"])
        ids[combination] = row["id"]
        offered.append(combination)
      }
      let worker = try self.workerNumber(db)
      return try picker(offered).compactMap { combination in
        guard let id = ids.removeValue(forKey: combination) else { return nil }
        return try self.lease(db, id, worker, host)
      }
    }
  }

  private func take(
    _ db: Database,
    _ count: Int,
    _ host: String?,
    _ filter: ((Combination) throws -> Bool)?
  ) throws -> [SweepLease] {
    let sql = "SELECT id, parameters FROM combination WHERE \(Self.offered)"
    var ids: [Int64] = []
    if let filter {
      let rows = try Row.fetchCursor(db, sql: sql)
      while ids.count < count, let row = try rows.next() {
        if try filter(Combination(json: row[1])) { ids.append(row[0]) }
      }
    } else {
      let statement = try db.cachedStatement(
        sql: "SELECT id FROM combination WHERE \(Self.offered) LIMIT ?"
      )
      ids = try Int64.fetchAll(statement, arguments: [count])
    }
    if ids.isEmpty { return [] }
    let worker = try self.workerNumber(db)
    return try ids.compactMap { try self.lease(db, $0, worker, host) }
  }

  private func lease(
    _ db: Database,
    _ id: Int64,
    _ worker: Int64,
    _ host: String?
  ) throws -> SweepLease? {
    let time = self.now
    let statement = try db.cachedStatement(
      sql: """
        UPDATE combination SET state = 'leased', worker = ?, host = ?, attempts = attempts + 1,
          since = ?, reason = NULL WHERE id = ? RETURNING attempts, parameters
        """
    )
    guard let row = try Row.fetchOne(statement, arguments: [worker, host, time, id]) else {
      return nil
    }
    return SweepLease(
      combination: try Combination(json: row[1]),
      attempt: row[0],
      id: id,
      worker: worker,
      taken: time
    )
  }
}
