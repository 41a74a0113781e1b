import ConvokeHosts
public import ConvokeProcess

/// How an action over a fleet went: one result for every host and command, whatever happened.
public struct FleetReport: Sendable {
  /// The name of the action.
  public var name: String
  /// The results in the order of the hosts; empty for a composed action.
  public var ownResults: [FleetResult]
  /// The reports of the parts of a composed action, in their order.
  public var parts: [FleetReport]
  /// When the action began; `nil` if it never did.
  public var started: Timestamp?
  /// When the last of it had ended; `nil` if it never began.
  public var ended: Timestamp?
  /// Why the rest was given up.
  public var stop: Stop?
  /// The identifier of the run; `nil` for a part of a composed action.
  public var run: RunID?

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - name: The name of the action.
  ///   - results: The results in the order of the hosts.
  ///   - parts: The reports of the parts of a composed action.
  ///   - started: When the action began.
  ///   - ended: When the last of it had ended.
  ///   - stop: Why the rest was given up.
  public init(
    name: String,
    results: [FleetResult] = [],
    parts: [FleetReport] = [],
    started: Timestamp? = nil,
    ended: Timestamp? = nil,
    stop: Stop? = nil
  ) {
    self.name = name
    self.ownResults = results
    self.parts = parts
    self.started = started
    self.ended = ended
    self.stop = stop
  }

  /// All results, those of the parts included, in order.
  public var results: [FleetResult] { self.ownResults + self.parts.flatMap(\.results) }
}

extension FleetReport {
  /// Why an action gave up its rest.
  public enum Stop: Sendable, Hashable {
    /// A stop rule applied.
    case rule(StopRule)
    /// The health check between two batches failed.
    case healthCheck
    /// The time limit of the action had passed.
    case timeLimit
    /// A part of the sequence failed.
    case failedPart
    /// The task was cancelled.
    case cancelled
  }
}

extension FleetReport {
  /// Whether nothing failed but what the commands accept; true without any hosts.
  public var isOK: Bool { self.status == .succeeded }

  /// The results that failed, in order.
  public var failures: [FleetResult] { self.results.filter { !$0.isOK } }

  /// The results that succeeded, in order.
  public var successes: [FleetResult] { self.results.filter(\.isOK) }

  /// How many results have each outcome, by the word for it.
  public var totals: [String: Int] {
    self.results.reduce(into: [:]) { totals, result in
      totals[result.outcome.word, default: 0] += 1
    }
  }

  /// How the action went as a whole; the worst class counts.
  ///
  /// A `success=` rule that applied makes the whole a success. After a `done=` rule the hosts
  /// that were given up do not count.
  public var status: FleetStatus {
    if case .rule(let rule) = self.stop, rule.condition == .success { return .succeeded }
    let own = self.ownResults.lazy.map { self.status(of: $0) }.max() ?? .succeeded
    return max(own, self.parts.lazy.map(\.status).max() ?? .succeeded)
  }

  private func status(of result: FleetResult) -> FleetStatus {
    if result.isOK { return .succeeded }
    switch result.outcome {
    case .exited, .signalled, .refused: return .failed
    case .timedOut: return .timedOut
    case .unreachable, .lost: return .unreachable
    case .cancelled, .notStarted: return self.stop?.status ?? .failed
    }
  }

  /// Hands out the report itself, or throws if anything failed.
  ///
  /// - Returns: This report.
  /// - Throws: ``FleetError`` with code ``FleetError/Code/failed``; the message names the hosts.
  @discardableResult
  public func throwOnFailure() throws(FleetError) -> FleetReport {
    if self.isOK { return self }
    let failures = self.failures
    let hosts = HostSet(failures.map(\.host)).folded
    let first = failures.first.map { ", the first: \($0.host): \($0.outcome)" } ?? ""
    let count = "\(failures.count) of \(self.results.count)"
    throw FleetError(.failed, "'\(self.name)' failed on \(count), \(hosts)\(first)")
  }
}

extension FleetReport.Stop {
  /// The status of the members that were given up.
  var status: FleetStatus {
    switch self {
    case .rule(let rule): rule.condition == .fail ? .stopped : .succeeded
    case .healthCheck: .stopped
    case .timeLimit: .timedOut
    case .failedPart: .failed
    case .cancelled: .interrupted
    }
  }
}

extension FleetReport.Stop: CustomStringConvertible {
  /// The reason in a few words, such as `stop rule soon:fail=10%`.
  public var description: String {
    switch self {
    case .rule(let rule): "stop rule \(rule)"
    case .healthCheck: "the health check between two batches failed"
    case .timeLimit: "the time limit of the action had passed"
    case .failedPart: "an earlier part failed"
    case .cancelled: "cancelled"
    }
  }
}
