internal import GRDB

/// What an import took over.
public struct SweepImportReport: Sendable, Hashable {
  /// How many combinations are marked as done now.
  public var done: Int
  /// How many of the file were done here already.
  public var known: Int
  /// How many of the file are not in the sweep of the store.
  public var foreign: Int
  /// How many were in progress there and wait here.
  public var inProgress: Int
  /// Whether the end of the file was torn off.
  public var isTorn: Bool
}

extension SweepImportReport: CustomStringConvertible {
  /// The numbers in words.
  public var description: String {
    let torn = self.isTorn ? "; the end of the file was torn off, one element may be lost" : ""
    return "\(self.done) done, \(self.known) known already, \(self.foreign) not in the sweep, "
      + "\(self.inProgress) in progress to be executed again\(torn)"
  }
}

extension SweepStore {
  /// Takes over what an execo sweeper has done.
  ///
  /// A store without combinations gets those of the sweeper; in others the combinations that are in both
  /// are marked as done.
  ///
  /// - Parameter sweeper: What to take over.
  /// - Returns: How many were taken over.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func adopt(_ sweeper: ExecoSweeper) throws(SweepError) -> SweepImportReport {
    if try self.statistics().total == 0 {
      try self.update(to: sweeper.sweeps ?? sweeper.done + sweeper.inProgress)
    }
    return try self.write { db in
      var report = SweepImportReport(
        done: 0,
        known: 0,
        foreign: 0,
        inProgress: sweeper.inProgress.count,
        isTorn: sweeper.isTorn
      )
      let worker = try self.workerNumber(db)
      for combination in sweeper.done { try self.adopt(db, combination, worker, &report) }
      return report
    }
  }

  private func adopt(
    _ db: Database,
    _ combination: Combination,
    _ worker: Int64,
    _ report: inout SweepImportReport
  ) throws {
    let row = try Row.fetchOne(
      db,
      sql: "SELECT id, state, attempts FROM combination WHERE key = ?",
      arguments: [combination.key]
    )
    guard let row else { return report.foreign += 1 }
    if row[1] == "done" { return report.known += 1 }
    let id: Int64 = row[0]
    let attempt: Int = row[2] + 1
    let reason = "imported from execo"
    let time = self.now
    try db.execute(
      sql: """
        UPDATE combination SET state = 'done', attempts = ?, since = ?, reason = ?, worker = ?
        WHERE id = ?
        """,
      arguments: [attempt, time, reason, worker, id]
    )
    try db.execute(
      sql: """
        INSERT INTO run (combination, attempt, worker, state, started, ended, reason)
        VALUES (?, ?, ?, 'done', ?, ?, ?)
        """,
      arguments: [id, attempt, worker, time, time, reason]
    )
    report.done += 1
  }
}
