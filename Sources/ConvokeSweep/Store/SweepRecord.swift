/// What the store knows about one combination.
public struct SweepRecord: Sendable, Hashable {
  /// The combination.
  public var combination: Combination
  /// Its state.
  public var state: SweepState
  /// How many times it was taken.
  public var attempts: Int
  /// Who is served first: the higher number.
  public var priority: Double
  /// Where it runs or ran last.
  public var host: String?
  /// Since when it is in its state, in seconds since 1970-01-01 00:00 UTC; `nil` if it always was.
  public var since: Double?
  /// Why it is in its state.
  public var reason: String?
  /// Whether it belongs to the present sweep.
  public var isPresent: Bool
  /// What came out, if it is done.
  public var result: ParameterValue?
  /// The number of the combination in its store.
  package var id: Int64
}

/// One attempt at a combination.
public struct SweepAttempt: Sendable, Hashable {
  /// Its number, from 1.
  public var number: Int
  /// The worker that had it.
  public var worker: String
  /// Where it ran.
  public var host: String?
  /// How it ended: `done`, `failed`, `skipped`, `cancelled` or `lost`.
  public var state: String
  /// When it was taken, in seconds since 1970-01-01 00:00 UTC.
  public var started: Double
  /// When its end was recorded.
  public var ended: Double
  /// Why it ended so.
  public var reason: String?
  /// What came out.
  public var result: ParameterValue?
  /// The circumstances.
  public var provenance: ParameterValue?
}
