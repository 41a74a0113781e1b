internal import Foundation
internal import GRDB
internal import Synchronization

extension SweepStore {
  private static let pauseBetweenReclaims = 1.0

  /// Gives a sign of life, so that what this process has taken stays its own.
  ///
  /// It is given by itself unless ``SweepStoreOptions/heartbeats`` is off.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func heartbeat() throws(SweepError) {
    guard let worker = self.worker.withLock({ $0 }) else { return }
    try self.write { db in
      try db.cachedStatement(sql: "UPDATE worker SET expires = ?, ended = NULL WHERE id = ?")
        .execute(arguments: [self.expiry, worker])
    }
  }

  /// Gives back what workers have that are dead or gave no sign of life for too long.
  ///
  /// ``next(_:on:where:)`` does it by itself.
  ///
  /// - Returns: How many combinations were given back.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  @discardableResult
  public func reclaim() throws(SweepError) -> Int {
    try self.write { db in try self.reclaim(db) }
  }

  private var expiry: Double {
    let lease = self.options.lease.components
    return BootClock.now + Double(lease.seconds) + Double(lease.attoseconds) / 1e18
  }

  /// The number of this process among the workers, given out at the first call.
  ///
  /// ``write(_:)`` forgets a number whose transaction fails.
  func workerNumber(_ db: Database) throws -> Int64 {
    if let number = self.worker.withLock({ $0 }) { return number }
    let own = ProcessIdentity.current
    let name = self.options.worker ?? "\(ProcessInfo.processInfo.processName)-\(own.number)"
    try db.execute(
      sql: """
        INSERT INTO worker (name, machine, pid, boot, space, start, opened, expires)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        name, ProcessIdentity.machine, own.number, own.boot, own.space, own.start, self.now,
        self.expiry,
      ]
    )
    let number = db.lastInsertedRowID
    self.worker.withLock { $0 = number }
    return number
  }

  /// Gives back what the dead have, but not more often than once a second.
  func reclaimNowAndThen(_ db: Database) throws {
    let clock = BootClock.now
    let isDue = self.nextReclaim.withLock { next in
      guard clock >= next else { return false }
      next = clock + Self.pauseBetweenReclaims
      return true
    }
    if isDue { _ = try self.reclaim(db) }
  }

  /// Gives back what the dead have.
  func reclaim(_ db: Database) throws -> Int {
    let own = self.worker.withLock { $0 } ?? 0
    let clock = BootClock.now
    var count = 0
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT id, name, pid, boot, space, start, expires FROM worker WHERE ended IS NULL"
    )
    for row in rows {
      let number: Int64 = row["id"]
      let identity = ProcessIdentity(
        boot: row["boot"],
        space: row["space"],
        number: row["pid"],
        start: row["start"]
      )
      let expires: Double = row["expires"]
      let name: String = row["name"]
      if number == own { continue }
      if identity.hasEnded {
        let reason = "the worker \(name) died"
        count += try self.giveBack(db, worker: number, reason: reason, at: self.now)
      } else if expires < clock {
        let reason = "the worker \(name) gave no sign of life"
        count += try self.giveBack(db, worker: number, reason: reason, at: self.now)
      }
    }
    return count
  }

  /// Gives back what a worker has, and notes that it is gone.
  @discardableResult
  func giveBack(_ db: Database, worker: Int64, reason: String, at time: Double) throws -> Int {
    let has = "state = 'leased' AND worker = ?"
    try db.execute(
      sql: """
        INSERT INTO run (combination, attempt, worker, host, state, started, ended, reason)
        SELECT id, attempts, worker, host, 'lost', since, ?, ? FROM combination WHERE \(has)
        ON CONFLICT DO NOTHING
        """,
      arguments: [time, reason, worker]
    )
    try db.execute(
      sql: "UPDATE combination SET state = 'todo', since = ?, reason = ?, host = NULL WHERE \(has)",
      arguments: [time, reason, worker]
    )
    let count = db.changesCount
    try db.execute(sql: "UPDATE worker SET ended = ? WHERE id = ?", arguments: [time, worker])
    return count
  }
}
