/// How a store is opened.
public struct SweepStoreOptions: Sendable {
  /// What to do with a result of a worker that had been given up.
  public enum LateRule: String, Sendable, Hashable, CaseIterable {
    /// Record it unless the combination is done already; who has it now will be refused.
    case adopt
    /// Record it only while nobody else has the combination.
    case adoptIfFree = "adopt-if-free"
    /// Never record it.
    case refuse
  }

  /// The name of the worker, for people; by default the name of the program and its process.
  public var worker: String?
  /// How long a worker that gives no sign of life keeps its combinations.
  ///
  /// A process that has ended loses them at once; this is for those that are stopped or hang.
  public var lease: Duration = .seconds(60)
  /// Whether signs of life are given by themselves, three for each lease, as long as the store is open.
  public var heartbeats = true
  /// What to do with a result of a worker that had been given up.
  public var lateRule = LateRule.adopt
  /// Whether each end is on the disk before the call returns, so that it outlives a power failure.
  ///
  /// Without, a power failure may take the last ends with it, never a part of one; the combinations are
  /// then executed again. The death of a process loses nothing either way.
  public var isDurable = false
  /// How long to wait for other processes that write.
  public var patience: Duration = .seconds(60)
  /// Whether only to look: nothing is written, no worker is registered.
  public var isReadOnly = false

  /// Makes the usual options.
  public init() {}

  /// A copy of the options with some of them changed.
  ///
  /// - Parameter change: What to change.
  /// - Returns: The changed copy.
  public func with(_ change: (inout SweepStoreOptions) -> Void) -> SweepStoreOptions {
    var copy = self
    change(&copy)
    return copy
  }
}
