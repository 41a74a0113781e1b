internal import GRDB
internal import GRDBSQLite
import Synchronization

/// Copies the write-ahead log of a store into its database each time the log has grown.
///
/// What SQLite does by itself never waits. With several writers some frames are then always left, the log
/// is never begun anew, and each commit tries again and waits for the disk.
final class StoreCheckpoint: Sendable {
  // 16 MiB of log, which is read back in a moment.
  private static let size: Int32 = 8_000
  // Who reads for long is not waited for.
  private static let longestWait = Duration.milliseconds(20)

  private struct State {
    var due = StoreCheckpoint.size
    var isRunning = false
  }

  private let turn: WriteTurn
  private let state = Mutex(State())

  /// - Parameter turn: What is told of each commit.
  init(_ turn: WriteTurn) { self.turn = turn }

  /// Watches the commits of a connection, which must not outlive this object.
  func watch(_ db: Database) {
    unsafe sqlite3_wal_hook(
      db.sqliteConnection,
      { context, connection, _, pages in
        if let context = unsafe context {
          let checkpoint = unsafe Unmanaged<StoreCheckpoint>.fromOpaque(context)
          unsafe checkpoint.takeUnretainedValue().committed(connection, pages)
        }
        return SQLITE_OK
      },
      Unmanaged.passUnretained(self).toOpaque()
    )
  }

  /// How long to wait for other processes at most, while a checkpoint is what waits.
  var limit: Duration? { self.state.withLock { $0.isRunning ? Self.longestWait : nil } }

  private func committed(_ connection: OpaquePointer?, _ pages: Int32) {
    self.turn.hasWritten()
    let isDue = self.state.withLock { state in
      if pages < Self.size { state.due = Self.size }
      state.isRunning = pages >= state.due
      return state.isRunning
    }
    guard isDue else { return }
    let pause = unsafe Self.copy(connection)
    self.state.withLock { state in
      state.isRunning = false
      state.due = pause == 0 ? Self.size : pages + pause
    }
  }

  // Says how many pages to wait for before the next try. The data is safe in the log, so a failure here
  // is none of the commit.
  private static func copy(_ connection: OpaquePointer?) -> Int32 {
    // Others go on writing meanwhile, and then wait only for the rest to be copied.
    let passive = SQLITE_CHECKPOINT_PASSIVE
    let code = unsafe sqlite3_wal_checkpoint_v2(connection, nil, passive, nil, nil)
    // Somebody else is at it.
    guard code == SQLITE_OK else { return Self.size / 16 }
    let restart = SQLITE_CHECKPOINT_RESTART
    let end = unsafe sqlite3_wal_checkpoint_v2(connection, nil, restart, nil, nil)
    return end == SQLITE_OK ? 0 : Self.size
  }
}
