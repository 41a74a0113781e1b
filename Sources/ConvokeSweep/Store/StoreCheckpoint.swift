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
  // Tries of half a millisecond each: who reads for long is not waited for.
  private static let tries = 40

  private struct State {
    var due = StoreCheckpoint.size
    var isRunning = false
  }

  private let state = Mutex(State())

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

  /// Whether a wait for other processes has lasted long enough for a checkpoint.
  func isTooLong(_ tries: Int) -> Bool {
    tries >= Self.tries && self.state.withLock { $0.isRunning }
  }

  private func committed(_ connection: OpaquePointer?, _ pages: Int32) {
    let isDue = self.state.withLock { state in
      if pages < Self.size { state.due = Self.size }
      state.isRunning = pages >= state.due
      return state.isRunning
    }
    guard isDue else { return }
    // The data is safe in the log, so a failure here is none of the commit.
    let mode = SQLITE_CHECKPOINT_RESTART
    let code = unsafe sqlite3_wal_checkpoint_v2(connection, nil, mode, nil, nil)
    self.state.withLock { state in
      state.isRunning = false
      state.due = code == SQLITE_OK ? Self.size : pages + Self.size
    }
  }
}
