/// When to give up the hosts that are left, written as `soon:fail=10%` or `now:fail=1`.
///
/// The words are those of the option `--halt` of GNU parallel.
public struct StopRule: Sendable, Hashable {
  /// What becomes of the commands that run when the rule applies.
  public var timing: Timing
  /// Which ends are counted.
  public var condition: Condition
  /// How many of them it takes; a percentage is one of all hosts of the action.
  public var threshold: Amount

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - timing: What becomes of the commands that run when the rule applies.
  ///   - condition: Which ends are counted.
  ///   - threshold: How many of them it takes.
  public init(_ timing: Timing, _ condition: Condition, _ threshold: Amount) {
    self.timing = timing
    self.condition = condition
    self.threshold = threshold
  }
}

extension StopRule {
  /// What becomes of the commands that run when a rule applies.
  public enum Timing: String, Sendable, Hashable, CaseIterable {
    /// They are ended.
    case now
    /// They run to their end; only no others are started.
    case soon
  }

  /// The ends a rule can count.
  public enum Condition: String, Sendable, Hashable, CaseIterable {
    /// Failures of every kind.
    case fail
    /// Successes.
    case success
    /// Both.
    case done
  }

  /// Reads a rule.
  ///
  /// - Parameter text: `TIMING:CONDITION=AMOUNT`; a comma may stand for the colon.
  /// - Throws: ``FleetError`` with code ``FleetError/Code/syntax``, whose message names the part.
  public init(parsing text: String) throws(FleetError) {
    let usage = "a stop rule is written as now:fail=1 or soon:fail=10%"
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { ":,".contains($0) }
    guard parts.count == 2 else { throw FleetError(.syntax, "'\(text)' has no colon; \(usage)") }
    guard let timing = Timing(rawValue: String(parts[0])) else {
      throw FleetError(.syntax, "'\(parts[0])' in '\(text)' is neither now nor soon; \(usage)")
    }
    let sides = parts[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2 else {
      throw FleetError(.syntax, "'\(parts[1])' in '\(text)' has no equals sign; \(usage)")
    }
    guard let condition = Condition(rawValue: String(sides[0])) else {
      let problem = "'\(sides[0])' in '\(text)' is none of fail, success and done"
      throw FleetError(.syntax, "\(problem); \(usage)")
    }
    self.init(timing, condition, try Amount(parsing: String(sides[1])))
  }

  /// Whether the rule applies.
  ///
  /// - Parameters:
  ///   - succeeded: How many hosts have succeeded.
  ///   - failed: How many hosts have failed.
  ///   - total: How many hosts there are.
  /// - Returns: Whether enough ends of the kind counted have been seen.
  public func applies(succeeded: Int, failed: Int, of total: Int) -> Bool {
    let count =
      switch self.condition {
      case .fail: failed
      case .success: succeeded
      case .done: succeeded + failed
      }
    return count >= self.threshold.count(of: total)
  }
}

extension StopRule: CustomStringConvertible {
  /// The text that ``init(parsing:)`` reads.
  public var description: String {
    "\(self.timing.rawValue):\(self.condition.rawValue)=\(self.threshold)"
  }
}
