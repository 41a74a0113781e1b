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
    try StoreStatement(db, Self.entering).run(
      .text(name),
      .text(ProcessIdentity.machine),
      .int(Int(own.number)),
      .text(own.boot),
      .text(own.space),
      .text(own.start),
      .double(self.now),
      .double(self.expiry)
    )
    let number = db.lastInsertedRowID
    self.worker.withLock { $0 = number }
    return number
  }

  private static let entering = """
    INSERT INTO worker (name, machine, pid, boot, space, start, opened, expires)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    """
  private static let living =
    "SELECT id, name, pid, boot, space, start, expires FROM worker WHERE ended IS NULL"
  private static let losing = """
    INSERT INTO run (combination, attempt, worker, host, state, started, ended, reason)
    SELECT id, attempts, worker, host, 'lost', since, ?, ? FROM combination
      WHERE state = 'leased' AND worker = ?
    ON CONFLICT DO NOTHING
    """
  private static let offering = """
    UPDATE combination SET state = 'todo', since = ?, reason = ?, host = NULL
    WHERE state = 'leased' AND worker = ?
    """
  private static let leaving = "UPDATE worker SET ended = ? WHERE id = ?"

  /// What every worker executes.
  static let workerStatements = [
    SweepStore.entering, SweepStore.living, SweepStore.losing, SweepStore.offering,
    SweepStore.leaving,
  ]

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
    for other in try self.livingWorkers(db) where other.number != own {
      if other.identity.hasEnded {
        let reason = "the worker \(other.name) died"
        count += try self.giveBack(db, worker: other.number, reason: reason, at: self.now)
      } else if other.expires < clock {
        let reason = "the worker \(other.name) gave no sign of life"
        count += try self.giveBack(db, worker: other.number, reason: reason, at: self.now)
      }
    }
    return count
  }

  private struct OtherWorker {
    var number: Int64
    var name: String
    var identity: ProcessIdentity
    var expires: Double
  }

  private func livingWorkers(_ db: Database) throws -> [OtherWorker] {
    var workers: [OtherWorker] = []
    try StoreStatement(db, Self.living).forEach([]) { row in
      let identity = ProcessIdentity(
        boot: row.text(3),
        space: row.text(4),
        number: Int32(clamping: row.int(2)),
        start: row.text(5)
      )
      workers.append(
        OtherWorker(
          number: row.int(0),
          name: row.text(1),
          identity: identity,
          expires: row.double(6)
        )
      )
      return true
    }
    return workers
  }

  /// Gives back what a worker has, and notes that it is gone.
  @discardableResult
  func giveBack(_ db: Database, worker: Int64, reason: String, at time: Double) throws -> Int {
    try StoreStatement(db, Self.losing).run(.double(time), .text(reason), .int(worker))
    try StoreStatement(db, Self.offering).run(.double(time), .text(reason), .int(worker))
    let count = db.changesCount
    try StoreStatement(db, Self.leaving).run(.double(time), .int(worker))
    return count
  }
}
