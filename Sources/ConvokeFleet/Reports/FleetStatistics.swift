import ConvokeProcess

/// What became of the commands of a report, counted as in the columns of its table.
public struct FleetStatistics: Sendable, Hashable {
  /// How many commands there are.
  public var total = 0
  /// How many were started.
  public var started = 0
  /// How many that were started have ended.
  public var ended = 0
  /// How many could not be run: host not reached, lost, or the command refused.
  public var errors = 0
  /// How many ran into their deadline.
  public var timeouts = 0
  /// How many it took `SIGKILL` to end.
  public var forcedKills = 0
  /// How many had an `expect` that did not find what it looked for.
  public var expectFailures = 0
  /// How many did not read all of their input.
  public var inputFailures = 0
  /// How many ended with an exit code other than 0 or by a signal.
  public var nonZeroExits = 0
  /// How many succeeded, accepted failures included.
  public var ok = 0

  /// Makes the statistics of nothing.
  public init() {}

  mutating func add(_ result: FleetResult) {
    let statistics = result.result.statistics
    self.total += 1
    self.ok += result.isOK ? 1 : 0
    self.timeouts += result.outcome == .timedOut ? 1 : 0
    self.forcedKills += statistics.wasForced ? 1 : 0
    self.expectFailures += statistics.expectFailures > 0 ? 1 : 0
    self.inputFailures += statistics.inputFailed ? 1 : 0
    switch result.outcome {
    case .notStarted: return
    case .unreachable, .refused, .lost: self.errors += 1
    case .exited(0), .timedOut, .cancelled: break
    case .exited, .signalled: self.nonZeroExits += 1
    }
    self.started += statistics.started == nil ? 0 : 1
    self.ended += statistics.started == nil ? 0 : 1
  }
}

extension FleetReport {
  /// What became of all commands of the report, those of its parts included.
  public var statistics: FleetStatistics {
    self.results.reduce(into: FleetStatistics()) { $0.add($1) }
  }
}
