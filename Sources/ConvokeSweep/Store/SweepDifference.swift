/// How a sweep differs from what was in the store before.
public struct SweepDifference: Sendable, Hashable {
  /// How many combinations are new.
  public var added: Int
  /// How many are no longer in the sweep; their results stay in the store.
  public var removed: Int
  /// How many were there and still are, with their states and results.
  public var kept: Int
  /// The first of the new ones, 20 at most.
  public var addedExamples: [Combination] = []
  /// The first of those no longer in the sweep, 20 at most.
  public var removedExamples: [Combination] = []
}

extension SweepDifference: CustomStringConvertible {
  /// The numbers in words.
  public var description: String {
    "\(self.added) added, \(self.removed) removed, \(self.kept) kept"
  }
}
