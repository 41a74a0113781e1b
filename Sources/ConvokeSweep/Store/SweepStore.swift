internal import Foundation
internal import GRDB
internal import Synchronization

/// Which combinations of a sweep are done, which are not, and what came out: a folder with an SQLite
/// file.
///
/// Any number of processes of one machine may open it at the same time, and each may be killed at any
/// moment: what it had taken is offered again as soon as anybody asks for more. Nothing has to be
/// unlocked by hand. All calls block for as long as the disk takes, and for
/// ``SweepStoreOptions/patience`` at most if other processes write; they can be made from any thread.
/// The tables are described in `docs/sweeps.md`.
public final class SweepStore: Sendable {
  /// The folder.
  public let folder: String
  /// How it was opened.
  public let options: SweepStoreOptions

  let queue: DatabaseQueue
  private let checkpoint: StoreCheckpoint
  let worker: Mutex<Int64?> = Mutex(nil)
  let nextReclaim: Mutex<Double> = Mutex(0)
  private let heart: Heart?

  /// Opens a store, and makes it if it is not there.
  ///
  /// - Parameters:
  ///   - folder: The folder; it is made, too.
  ///   - options: How to open it.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/networkFileSystem`` if other machines share
  ///   the folder, or ``SweepError/Code/store`` if it cannot be opened.
  public init(_ folder: String, options: SweepStoreOptions = SweepStoreOptions()) throws(SweepError)
  {
    self.folder = folder
    self.options = options
    let turn = WriteTurn(within: options.patience)
    self.checkpoint = StoreCheckpoint(turn)
    let path = "\(folder)/\(Self.fileName)"
    let queue: DatabaseQueue
    do {
      queue = try Self.open(folder, path, options, turn, self.checkpoint)
    } catch {
      throw StoreProblem.error(error, folder)
    }
    self.queue = queue
    // Found out now rather than when others wait for the database.
    _ = ProcessIdentity.current
    self.heart = options.heartbeats && !options.isReadOnly ? Heart(options.lease / 3) : nil
    self.heart?.start { [weak self] in try? self?.heartbeat() }
  }

  /// The name of the SQLite file in the folder.
  public static let fileName = "sweep.sqlite"

  /// The path of the SQLite file.
  public var path: String { "\(self.folder)/\(Self.fileName)" }

  /// Says that this process has no more to do with the store: what it still has is given back.
  ///
  /// The store closes when the last reference to it goes, with or without this call.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  public func close() throws(SweepError) {
    self.heart?.stop()
    guard let worker = self.worker.withLock({ $0 }) else { return }
    _ = try self.write { db in
      try self.giveBack(db, worker: worker, reason: "the worker closed the store", at: self.now)
    }
    self.worker.withLock { $0 = nil }
  }

  deinit { self.heart?.stop() }

  var now: Double { Date.now.timeIntervalSince1970 }
}

extension SweepStore {
  private static func open(
    _ folder: String,
    _ path: String,
    _ options: SweepStoreOptions,
    _ turn: WriteTurn,
    _ checkpoint: StoreCheckpoint
  ) throws -> DatabaseQueue {
    if options.isReadOnly {
      guard FileManager.default.fileExists(atPath: path) else {
        let advice = "make one with: convoke sweep init"
        throw SweepError(.store, "there is no sweep in \(folder); \(advice)")
      }
    } else {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    if let name = NetworkFileSystem.name(of: folder) {
      throw SweepError(
        .networkFileSystem,
        "\(folder) is on \(name), which several machines share, and SQLite would lose data there; put "
          + "the store on a local disk and let this machine reach the others with -w"
      )
    }
    let queue = try DatabaseQueue(
      path: path,
      configuration: self.configuration(options, turn, checkpoint)
    )
    // Looking needs no tables of its own, but a file that was made halfway has none.
    try queue.writeWithoutTransaction { db in
      try db.inTransaction(.immediate) {
        try SweepSchema.prepare(db, path: path)
        return .commit
      }
    }
    return queue
  }

  private static func configuration(
    _ options: SweepStoreOptions,
    _ turn: WriteTurn,
    _ checkpoint: StoreCheckpoint
  ) -> Configuration {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.label = "convoke.sweep"
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .callback { tries in
      turn.wait(afterTries: tries, within: checkpoint.limit)
    }
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = \(options.isDurable ? "FULL" : "NORMAL")")
      // Half of the usual size: a change of one row writes whole pages to the log.
      try db.execute(sql: "PRAGMA page_size = 2048")
      try db.execute(sql: "PRAGMA cache_size = -32000")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      checkpoint.watch(db)
      try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
    }
    return configuration
  }

  /// Reads in one consistent view.
  func read<Answer>(_ body: (Database) throws -> Answer) throws(SweepError) -> Answer {
    do {
      return try self.queue.read(body)
    } catch {
      throw StoreProblem.error(error, self.folder)
    }
  }

  // While others may write: preparing them takes as long as twenty combinations.
  private func prepareStatements(_ db: Database) throws {
    let all = Self.workerStatements + Self.takingStatements + EndingStatements.all
    for sql in all + ["COMMIT"] { _ = try StoreStatement(db, sql) }
  }

  /// Writes all or nothing.
  func write<Answer>(_ body: (Database) throws -> Answer) throws(SweepError) -> Answer {
    do {
      return try self.queue.writeWithoutTransaction { db in
        let worker = self.worker.withLock { $0 }
        if worker == nil { try self.prepareStatements(db) }
        try StoreStatement(db, "BEGIN IMMEDIATE").run()
        do {
          let answer = try body(db)
          try StoreStatement(db, "COMMIT").run()
          return answer
        } catch {
          self.worker.withLock { $0 = worker }
          // After some errors SQLite has rolled back by itself.
          if db.isInsideTransaction { try StoreStatement(db, "ROLLBACK").run() }
          throw error
        }
      }
    } catch {
      throw StoreProblem.error(error, self.folder)
    }
  }
}
