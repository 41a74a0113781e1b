/// What came of an execution of combinations.
public struct SweepRunReport: Sendable {
  /// How many were done by this call.
  public var done = 0
  /// How many failed for good in this call.
  public var failed = 0
  /// How many attempts were tried again.
  public var retried = 0
  /// How many of the failures were timeouts.
  public var timedOut = 0
  /// The hosts that were left out, and why.
  public var lostHosts: [String: String] = [:]
  /// Why the rest was given up, if it was.
  public var stopped: String?
  /// Whether the task was cancelled.
  public var isCancelled = false
  /// What the store holds at the end.
  public var statistics = SweepStatistics([:])
}
