import Foundation
import GRDB

/// Sentences for what SQLite and the file system report.
enum StoreProblem {
  static func error(_ error: any Error, _ folder: String) -> SweepError {
    if let error = error as? SweepError { return error }
    guard let error = error as? DatabaseError else {
      return SweepError(.store, "the store in \(folder) cannot be used: \(Self.words(error))")
    }
    let advice: String =
      switch error.resultCode {
      case .SQLITE_FULL: "the disk is full; make room, nothing is lost"
      case .SQLITE_BUSY, .SQLITE_LOCKED: "another process has been writing for too long; try again"
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
        "check that the folder exists and that you may write there"
      case .SQLITE_CORRUPT, .SQLITE_NOTADB:
        "the file is damaged; sqlite3 can save what is left with its command .recover"
      case .SQLITE_IOERR: "the disk reported an error; check that it is not full"
      default: "this is unexpected; please report it"
      }
    return SweepError(
      .store,
      "the store in \(folder) cannot be used: \(error.message ?? "error \(error.resultCode)") "
        + "(\(advice))"
    )
  }

  private static func words(_ error: any Error) -> String {
    guard let error = error as? CocoaError else { return "\(error)" }
    return "\(error.underlying ?? error)"
  }
}
