internal import GRDB

extension SweepStore {
  /// A number that changes whenever another connection has changed the store.
  ///
  /// It costs no look into the tables. It is the `data_version` of SQLite's pragmas, which stays as it
  /// is when this store itself writes.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``.
  package func version() throws(SweepError) -> Int {
    try self.read { db in try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0 }
  }
}
