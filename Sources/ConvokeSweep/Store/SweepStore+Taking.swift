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
      try StoreStatement(db, sql).forEach([]) { row in
        let one = try Found(row)
        found[one.combination] = one
        offered.append(one.combination)
        return true
      }
      let picked = try picker(offered).compactMap { found.removeValue(forKey: $0) }
      return try self.lease(db, picked, host)
    }
  }

  private static let columns = "SELECT id, attempts, parameters FROM combination"

  private struct Found {
    var id: Int64
    var attempts: Int
    var combination: Combination

    init(_ row: StoreRow) throws {
      self.id = row.int(0)
      self.attempts = Int(row.int(1))
      self.combination = try Combination(json: row.bytes(2))
    }
  }

  private func take(
    _ db: Database,
    _ count: Int,
    _ host: String?,
    _ filter: ((Combination) throws -> Bool)?
  ) throws -> [SweepLease] {
    var found: [Found] = []
    try StoreStatement(db, Self.next).forEach([]) { row in
      let one = try Found(row)
      if try filter?(one.combination) ?? true { found.append(one) }
      return found.count < count
    }
    return try self.lease(db, found, host)
  }

  private static let next =
    "\(SweepStore.columns) WHERE \(SweepStore.offered)"

  // No RETURNING: it makes a table of its own for each call, as a list of numbers does.
  private static let leasing = """
    UPDATE combination SET state = 'leased', worker = ?, host = ?, attempts = attempts + 1,
      since = ?, reason = NULL WHERE id
    """
  private static let leasingOne = "\(SweepStore.leasing) = ?"
  private static let leasingMany = "\(SweepStore.leasing) IN (SELECT value FROM json_each(?))"

  /// What taking executes.
  static let takingStatements = [SweepStore.next, SweepStore.leasingOne, SweepStore.leasingMany]

  private func lease(
    _ db: Database,
    _ found: [Found],
    _ host: String?
  ) throws -> [SweepLease] {
    if found.isEmpty { return [] }
    let worker = try self.workerNumber(db)
    let time = self.now
    let isOne = found.count == 1
    let ids = found.map { String($0.id) }.joined(separator: ",")
    try StoreStatement(db, isOne ? Self.leasingOne : Self.leasingMany).run(
      .int(worker),
      .optional(host),
      .double(time),
      isOne ? .int(found[0].id) : .text("[\(ids)]")
    )
    return found.map { one in
      SweepLease(
        combination: one.combination,
        attempt: one.attempts + 1,
        host: host,
        id: one.id,
        worker: worker,
        taken: time
      )
    }
  }

  /// Takes a combination again that this process has just given back.
  func leaseAgain(_ db: Database, _ lease: SweepLease) throws -> SweepLease {
    var found: [Found] = []
    try StoreStatement(db, "\(Self.columns) WHERE id = ?").forEach([.int(lease.id)]) { row in
      found.append(try Found(row))
      return false
    }
    guard let again = try self.lease(db, found, nil).first else {
      throw SweepError(.unknownCombination, "\(lease.combination) is not in the store")
    }
    return again
  }
}
