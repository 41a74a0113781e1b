internal import GRDB

extension SweepStore {
  /// Records how executions ended and takes the next combinations, in one step: half the cost of two.
  ///
  /// - Parameters:
  ///   - ends: What was taken before, and how each ended.
  ///   - count: How many to take at most.
  ///   - host: Where they will be executed, if it is known; for records only.
  /// - Returns: What became of the ends, in the same order, and what was taken.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/store``; nothing is recorded or taken then.
  public func exchange(
    _ ends: [(SweepLease, SweepEnd)],
    for count: Int = 1,
    on host: String? = nil
  ) throws(SweepError) -> (completions: [SweepCompletion], leases: [SweepLease]) {
    try self.write { db in
      let ending = try EndingStatements(db)
      let completions = try ends.map { try self.record(ending, $0, $1, $1.state) }
      return (completions, try self.takeOrReclaim(db, count, host, nil))
    }
  }

  /// Records an attempt with its measurements, all or nothing, and takes the combination again at once
  /// if it is to be tried again.
  ///
  /// - Returns: What became of it, and the new attempt if there is one.
  func finish(
    _ lease: SweepLease,
    _ end: SweepEnd,
    _ measurements: [SweepMeasurement],
    isRetried: Bool
  ) throws(SweepError) -> (completion: SweepCompletion, again: SweepLease?) {
    try self.write { db in
      for one in measurements { try Self.insert(db, one, lease.id) }
      let isOffered = isRetried || end.state == .cancelled
      let completion = try self.record(
        EndingStatements(db),
        lease,
        end,
        isOffered ? .todo : end.state
      )
      guard isRetried, completion == .accepted else { return (completion, nil) }
      return (completion, try self.leaseAgain(db, lease))
    }
  }
}
