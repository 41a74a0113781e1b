import ConvokeProcess
import Testing

@testable import ConvokeFleet

@Suite struct StopRuleTests {
  @Test(arguments: [
    ("now:fail=1", StopRule(.now, .fail, .count(1))),
    ("soon:fail=10%", StopRule(.soon, .fail, .percent(10))),
    ("soon,success=3", StopRule(.soon, .success, .count(3))),
    ("now:done=2.5%", StopRule(.now, .done, .percent(2.5))),
  ]) func `a rule is read, and written back`(text: String, rule: StopRule) throws {
    #expect(try StopRule(parsing: text) == rule)
    #expect(try StopRule(parsing: rule.description) == rule)
  }

  @Test(arguments: [
    ("fail=1", "no colon"), ("later:fail=1", "'later'"), ("now:fail", "no equals sign"),
    ("now:lost=1", "'lost'"), ("now:fail=0", "'0'"), ("now:fail=101%", "'101%'"),
    ("now:fail=", "''"), ("now:fail=-1", "'-1'"), ("now:fail=0%", "'0%'"),
  ]) func `a bad rule is refused with the part that is wrong`(text: String, part: String) {
    let error = #expect(throws: FleetError.self) { try StopRule(parsing: text) }
    #expect(error?.code == .syntax)
    #expect(error?.message.contains(part) == true)
  }

  @Test func `a percentage is one of all hosts, rounded up`() throws {
    let rule = try StopRule(parsing: "soon:fail=10%")
    #expect(!rule.applies(succeeded: 0, failed: 2, of: 25))
    #expect(rule.applies(succeeded: 0, failed: 3, of: 25))
    #expect(!rule.applies(succeeded: 1, failed: 0, of: 1))
  }
}

@Suite struct BatchTests {
  @Test(arguments: [
    (Amount.count(3), 7, [0..<3, 3..<6, 6..<7]),
    (Amount.percent(50), 5, [0..<3, 3..<5]),
    (Amount.percent(1), 2, [0..<1, 1..<2]),
    (Amount.count(9), 2, [0..<2]),
    (Amount.count(9), 0, []),
  ]) func `hosts are cut into batches`(size: Amount, count: Int, ranges: [Range<Int>]) {
    #expect(Batch(size).ranges(of: count) == ranges)
  }
}

@Suite struct RetryPolicyTests {
  private func delays(_ policy: RetryPolicy, _ outcomes: [Outcome]) -> [Duration?] {
    var tally = RetryPolicy.Tally(policy)
    return outcomes.map { tally.delay(after: $0) }
  }

  @Test func `each cause has a count of its own`() {
    var policy = RetryPolicy(1, on: [.exit, .timeout], delay: .seconds(1), factor: 3)
    policy.limits[.timeout] = 2
    let delays = self.delays(policy, [.exited(1), .timedOut, .timedOut, .timedOut, .exited(1)])
    #expect(delays == [.seconds(1), .seconds(3), .seconds(9), nil, nil])
  }

  @Test func `the delay does not grow beyond its limit`() {
    let policy = RetryPolicy(5, on: [.exit], delay: .seconds(4), longestDelay: .seconds(6))
    #expect(
      self.delays(policy, [.exited(1), .exited(1), .signalled(.kill)])
        == [.seconds(4), .seconds(6), .seconds(6)]
    )
  }

  @Test(arguments: [
    (Outcome.exited(0), RetryPolicy.Cause?.none), (.exited(3), .exit), (.signalled(.kill), .exit),
    (.timedOut, .timeout), (.cancelled, nil), (.notStarted("x"), nil),
    (.lost(Failure(.lost, "x")), .lost),
    (.unreachable(Failure(.noRoute, "x")), .connect),
    (.unreachable(Failure(.connectionDropped, "x")), .connect),
    (.unreachable(Failure(.authentication, "x")), nil),
    (.unreachable(Failure(.hostKeyChanged, "x")), nil),
    (.refused(Failure(.commandNotFound, "x")), nil),
    (.refused(Failure(.copyFailed, "x")), .exit),
  ]) func `an outcome has a cause that can be tried again, or none`(
    outcome: Outcome,
    cause: RetryPolicy.Cause?
  ) {
    #expect(RetryPolicy.Cause(outcome) == cause)
  }
}
