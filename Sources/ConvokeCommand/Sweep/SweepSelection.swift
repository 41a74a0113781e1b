import ArgumentParser
import ConvokeSweep

/// Which combinations are meant.
struct SweepSelection: ParsableArguments {
  @Option(
    name: [.customLong("state")],
    help: ArgumentHelp(
      "The states: todo, leased, done, failed, skipped, cancelled, with commas between.",
      valueName: "states"
    )
  )
  var states: String?

  @Option(
    name: [.customLong("where")],
    help: ArgumentHelp(
      "An expression over the parameters, such as \"size > 2 and mode == 'a'\".",
      valueName: "expression"
    )
  )
  var expression: String?

  @Option(
    name: [.customLong("only")],
    help: ArgumentHelp("A parameter and its value; repeatable.", valueName: "name=value")
  )
  var values: [String] = []

  /// Whether nothing is said.
  var isEmpty: Bool { self.states == nil && self.expression == nil && self.values.isEmpty }

  /// The states that are meant.
  func chosenStates() throws -> Set<SweepState>? {
    guard let states = self.states else { return nil }
    return Set(
      try states.split(separator: ",").map { word in
        if let state = SweepState(rawValue: String(word)) { return state }
        let known = SweepState.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("--state '\(states)': '\(word)' is none of \(known)")
      }
    )
  }

  /// Whether a combination is meant, whatever its state; `nil` if all are.
  func filter() throws -> ((Combination) throws -> Bool)? {
    if self.expression == nil, self.values.isEmpty { return nil }
    let expression = try self.expression.map { try SweepExpression($0) }
    let pairs = try self.values.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw UsageError("--only '\(text)' must be NAME=VALUE") }
      return (name: String(parts[0]), value: String(parts[1]))
    }
    return { combination in
      for (name, value) in pairs where combination[name]?.description != value { return false }
      return try expression?.isTrue(in: combination) ?? true
    }
  }

  /// The records that are meant, in the order of the sweep.
  func records(_ store: SweepStore, limit: Int = .max) throws -> [SweepRecord] {
    let filter = try self.filter()
    var records: [SweepRecord] = []
    try store.forEach(in: self.chosenStates()) { record in
      if records.count < limit, try filter?(record.combination) ?? true { records.append(record) }
    }
    return records
  }
}
