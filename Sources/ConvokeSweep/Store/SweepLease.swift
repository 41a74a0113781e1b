/// A combination that was taken from a store, to be given back as done, failed or otherwise.
public struct SweepLease: Sendable, Hashable {
  /// The combination.
  public let combination: Combination
  /// The number of the attempt, from 1.
  public let attempt: Int
  /// Where it is executed, if that was said.
  let host: String?
  /// The number of the combination in its store.
  package let id: Int64
  /// The number of the worker that has it.
  let worker: Int64
  /// When it was taken.
  package let taken: Double
}
