import GRDB

/// The tables of a store; docs/sweeps.md describes them for those who read them with SQL.
enum SweepSchema {
  /// The version of the tables, kept in `PRAGMA user_version`.
  static let version = 1
  /// The mark of our files, kept in `PRAGMA application_id`: the bytes `CvkS`.
  static let application = 0x4376_6B53

  private static let tables = """
    CREATE TABLE combination (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      parameters TEXT NOT NULL,
      present INTEGER NOT NULL DEFAULT 1,
      position INTEGER NOT NULL,
      priority REAL NOT NULL DEFAULT 0,
      state TEXT NOT NULL DEFAULT 'todo' CHECK (\(Self.isOne(of: SweepState.allCases))),
      attempts INTEGER NOT NULL DEFAULT 0,
      worker INTEGER,
      host TEXT,
      since REAL,
      reason TEXT
    );
    CREATE INDEX combination_todo ON combination (priority DESC, position)
      WHERE present = 1 AND state = 'todo';
    CREATE INDEX combination_leased ON combination (worker) WHERE state = 'leased';
    CREATE INDEX combination_other ON combination (state)
      WHERE state <> 'todo' AND state <> 'leased' AND state <> 'done';
    CREATE INDEX combination_absent ON combination (state) WHERE present = 0;
    CREATE TABLE run (
      combination INTEGER NOT NULL REFERENCES combination (id),
      attempt INTEGER NOT NULL,
      worker INTEGER NOT NULL,
      host TEXT,
      state TEXT NOT NULL CHECK (\(Self.isOne(of: [.done, .failed, .skipped, .cancelled])) OR
        state = 'lost'),
      started REAL NOT NULL,
      ended REAL NOT NULL,
      reason TEXT,
      result TEXT,
      provenance INTEGER REFERENCES provenance (id),
      PRIMARY KEY (combination, attempt)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX run_done ON run (combination) WHERE state = 'done';
    CREATE TABLE measurement (
      combination INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      repetition INTEGER NOT NULL,
      is_warmup INTEGER NOT NULL,
      host TEXT NOT NULL,
      started REAL,
      ended REAL NOT NULL,
      outcome TEXT NOT NULL,
      exit_code INTEGER,
      user_seconds REAL,
      system_seconds REAL,
      peak_memory INTEGER,
      result TEXT,
      command TEXT,
      folder TEXT,
      PRIMARY KEY (combination, attempt, is_warmup, repetition)
    ) WITHOUT ROWID;
    CREATE TABLE worker (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      machine TEXT NOT NULL,
      pid INTEGER NOT NULL,
      boot TEXT NOT NULL,
      space TEXT NOT NULL,
      start TEXT NOT NULL,
      opened REAL NOT NULL,
      expires REAL NOT NULL,
      ended REAL
    );
    CREATE TABLE provenance (
      id INTEGER PRIMARY KEY,
      facts TEXT NOT NULL UNIQUE
    );
    CREATE TABLE setting (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    );
    CREATE TABLE definition (
      id INTEGER PRIMARY KEY,
      time REAL NOT NULL,
      text TEXT,
      added INTEGER NOT NULL,
      removed INTEGER NOT NULL,
      kept INTEGER NOT NULL
    );
    """

  // SQLite makes a table for the list of an IN each time: it would double the cost of a change.
  private static func isOne(of states: [SweepState]) -> String {
    states.map { "state = '\($0.rawValue)'" }.joined(separator: " OR ")
  }

  /// Makes the tables where there are none yet.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store`` for a file of another program or a
  ///   newer version.
  static func prepare(_ db: Database, path: String) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    if version == 0, application == 0, try !db.tableExists("combination") {
      try db.execute(sql: self.tables)
      try db.execute(sql: "PRAGMA application_id = \(self.application)")
      try db.execute(sql: "PRAGMA user_version = \(self.version)")
      return
    }
    guard application == self.application else {
      throw SweepError(.store, "\(path) belongs to another program; choose another folder")
    }
    guard version <= self.version else {
      throw SweepError(
        .store,
        "\(path) was written by a newer version (its tables are version \(version), this program "
          + "knows \(self.version)); use that one"
      )
    }
  }
}
