/// How an action over a fleet went as a whole: the exit status of the command `convoke`.
///
/// Where several classes apply the worst one counts, which is the one with the highest number.
public enum FleetStatus: Int32, Sendable, Hashable, CaseIterable, Comparable, Codable {
  /// Everything succeeded.
  case succeeded = 0
  /// Some command failed: its exit code, a signal, no such program, or a copy that failed.
  case failed = 1
  /// The action was asked for wrongly; no report has this status.
  case usage = 2
  /// Some host could not be reached, or was lost.
  case unreachable = 3
  /// Some command timed out.
  case timedOut = 4
  /// A stop rule for failures, or a health check, gave up the rest.
  case stopped = 5
  /// A defect of this program; no report has this status.
  case internalError = 6
  /// The action was cancelled.
  case interrupted = 130

  /// Compares by how bad the classes are.
  public static func < (left: FleetStatus, right: FleetStatus) -> Bool {
    left.rawValue < right.rawValue
  }
}
