/// What happens while combinations are executed.
public enum SweepEvent: Sendable {
  /// The execution begins, with how many there are in each state.
  case began(SweepStatistics)
  /// A host was made ready, or was not and is left out: the sentence says why.
  case host(String, failure: String?)
  /// A combination was taken.
  case started(SweepLease, host: String)
  /// An attempt has ended.
  case ended(SweepExecution)
  /// A rule or too many failures of hosts stops the rest: the sentence says why.
  case stopped(String)
}

/// An attempt at a combination that has ended.
public struct SweepExecution: Sendable {
  /// What was taken.
  public var lease: SweepLease
  /// The host it ran on.
  public var host: String
  /// How it ended.
  public var end: SweepEnd
  /// Whether it is tried again.
  public var isRetried: Bool
  /// What the store said.
  public var completion: SweepCompletion
  /// How long it took, in seconds.
  public var seconds: Double
  /// The folder of its output.
  public var folder: String
}
