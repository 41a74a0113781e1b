internal import GRDB

/// One run of the command for a combination: a warm-up or a repetition.
public struct SweepMeasurement: Sendable, Hashable {
  /// The number of the attempt.
  public var attempt: Int
  /// The number of the repetition or of the warm-up, from 1.
  public var repetition: Int
  /// Whether it does not count.
  public var isWarmup: Bool
  /// Where it ran.
  public var host: String
  /// When the program started, in seconds since 1970-01-01 00:00 UTC; `nil` if it never did.
  public var started: Double?
  /// When its end was known.
  public var ended: Double
  /// How it ended, in a word.
  ///
  /// `exited`, `signalled`, `timed-out`, `unreachable`, `refused`, `lost`, `cancelled`, `not-started`.
  public var outcome: String
  /// The exit code, if it exited.
  public var exitCode: Int?
  /// The processor time in the program, in seconds; of this machine's processes only.
  public var userSeconds: Double?
  /// The processor time in the kernel, in seconds; of this machine's processes only.
  public var systemSeconds: Double?
  /// The largest resident size in bytes; of this machine's processes only.
  public var peakMemory: Int?
  /// What came out.
  public var result: ParameterValue?
  /// The command line.
  public var command: String
  /// The folder of the output, relative to that of the store.
  public var folder: String
}

extension SweepStore {
  /// Records runs of the command.
  ///
  /// - Parameters:
  ///   - measurements: The runs.
  ///   - lease: The combination they were made for.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func record(
    _ measurements: [SweepMeasurement],
    of lease: SweepLease
  ) throws(SweepError) {
    try self.write { db in
      for one in measurements { try Self.insert(db, one, lease.id) }
    }
  }

  static func insert(_ db: Database, _ one: SweepMeasurement, _ id: Int64) throws {
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO measurement (combination, attempt, repetition, is_warmup, host,
          started, ended, outcome, exit_code, user_seconds, system_seconds, peak_memory, result,
          command, folder) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        id, one.attempt, one.repetition, one.isWarmup, one.host, one.started, one.ended,
        one.outcome, one.exitCode, one.userSeconds, one.systemSeconds, one.peakMemory,
        one.result?.json, one.command, one.folder,
      ]
    )
  }

  /// The runs of the command for a combination.
  ///
  /// - Parameter combination: The combination.
  /// - Returns: The runs by attempt; within one, warm-ups come first.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func measurements(
    of combination: Combination
  ) throws(SweepError) -> [SweepMeasurement] {
    try self.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT m.* FROM measurement m JOIN combination c ON c.id = m.combination WHERE c.key = ?
          ORDER BY m.attempt, m.is_warmup DESC, m.repetition
          """,
        arguments: [combination.key]
      )
      return try rows.map(Self.measurement)
    }
  }

  /// Every run of the command for combinations of the present sweep, in the order of their starts.
  ///
  /// - Returns: The number of the combination and the run.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  package func allMeasurements() throws(SweepError) -> [(id: Int64, run: SweepMeasurement)] {
    try self.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT m.*, c.id AS id FROM measurement m JOIN combination c ON c.id = m.combination
          WHERE c.present = 1 ORDER BY m.started
          """
      )
      return try rows.map { ($0["id"], try Self.measurement($0)) }
    }
  }

  private static func measurement(_ row: Row) throws -> SweepMeasurement {
    let result: String? = row["result"]
    return SweepMeasurement(
      attempt: row["attempt"],
      repetition: row["repetition"],
      isWarmup: row["is_warmup"],
      host: row["host"],
      started: row["started"],
      ended: row["ended"],
      outcome: row["outcome"],
      exitCode: row["exit_code"],
      userSeconds: row["user_seconds"],
      systemSeconds: row["system_seconds"],
      peakMemory: row["peak_memory"],
      result: try result.map { try ParameterValue(json: $0) },
      command: row["command"] ?? "",
      folder: row["folder"] ?? ""
    )
  }
}
