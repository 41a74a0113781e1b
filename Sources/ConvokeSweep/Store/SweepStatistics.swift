/// How many combinations of the present sweep are in each state.
public struct SweepStatistics: Sendable, Hashable {
  /// The numbers by state; a state that does not occur counts 0.
  public var counts: [SweepState: Int]

  /// Makes statistics.
  ///
  /// - Parameter counts: The numbers by state.
  public init(_ counts: [SweepState: Int]) { self.counts = counts }

  /// How many combinations there are.
  public var total: Int { self.counts.values.reduce(0, +) }

  /// How many are in a state.
  ///
  /// - Parameter state: The state.
  public subscript(_ state: SweepState) -> Int { self.counts[state] ?? 0 }
}

extension SweepStatistics: CustomStringConvertible {
  /// The numbers in words: `12 total, 3 done, 1 failed, 8 todo`.
  public var description: String {
    let order: [SweepState] = [.done, .failed, .skipped, .cancelled, .leased, .todo]
    let parts = order.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.rawValue)" }
    return (["\(self.total) total"] + parts).joined(separator: ", ")
  }
}
