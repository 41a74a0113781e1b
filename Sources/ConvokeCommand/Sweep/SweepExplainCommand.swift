import ArgumentParser
import ConvokeSweep
import Foundation

/// `convoke sweep explain`: why a combination will run, ran again, or will not.
struct SweepExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says why combinations will run, ran again, or will not run."
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions
  @OptionGroup(title: "Combinations") var selection: SweepSelection

  /// Explains the combinations.
  func run() async throws {
    let definition = try self.sweep.definition()
    let filter = try self.selection.filter()
    let states = try self.selection.chosenStates()
    var lines: [String] = []
    // What the file says by now, where it is not what was executed last.
    var added: [Combination] = []
    if definition == nil || self.sweep.hasStore {
      let store = try self.sweep.look()
      var present: Set<Combination>?
      if let definition, try store.definition() != definition.text {
        added = try definition.sweep.combinations().all()
        present = Set(added)
      }
      try store.forEach(includingRemoved: true) { record in
        let isKnown = present?.remove(record.combination) != nil
        guard states?.contains(record.state) ?? true, try filter?(record.combination) ?? true else {
          return
        }
        var record = record
        if present != nil { record.isPresent = isKnown }
        lines.append(try Self.explain(record, store, definition?.sweep))
      }
      added.removeAll { present?.contains($0) != true }
    } else if let definition {
      added = try definition.sweep.combinations().all()
    }
    if states?.contains(.todo) ?? true {
      let reason = self.sweep.hasStore ? "it is new in the file" : "it has never been executed"
      for combination in added where try filter?(combination) ?? true {
        lines.append("\(combination): will run: \(reason)")
      }
    }
    for line in lines { await Console.shared.print(line) }
    guard lines.isEmpty else { return }
    await Console.shared.print(try self.explainNothing(definition))
  }

  /// A sentence about a combination.
  static func explain(
    _ record: SweepRecord,
    _ store: SweepStore,
    _ sweep: Sweep?
  ) throws -> String {
    let name = "\(record.combination)"
    guard record.isPresent else {
      let constraint = try sweep?.brokenConstraint(of: record.combination).map {
        "it does not fulfil '\($0.text)'"
      }
      let why = constraint ?? "its values are no longer in the definition"
      return "\(name): will not run: \(why); it is \(record.state.rawValue)"
    }
    let reason = record.reason.map { ": \($0)" } ?? ""
    let place = record.host.map { " on \($0)" } ?? ""
    switch record.state {
    case .todo where record.attempts == 0 && record.reason == nil:
      return "\(name): will run: it has never been executed"
    case .todo where record.attempts == 0: return "\(name): will run\(reason)"
    case .todo: return "\(name): will run again, after \(self.times(record.attempts))\(reason)"
    case .leased:
      let again = record.attempts > 1 ? try self.previous(record, store) : ""
      return "\(name): runs now\(place), attempt \(record.attempts)\(again)"
    case .done:
      let again = record.attempts > 1 ? try self.previous(record, store) : ""
      return "\(name): will not run: it is done, attempt \(record.attempts)\(place)\(again)"
    case .failed:
      let advice = "give it another chance with: convoke sweep retry"
      return
        "\(name): will not run: it failed after \(self.times(record.attempts))\(reason); \(advice)"
    case .skipped: return "\(name): will not run: it is skipped\(reason)"
    case .cancelled: return "\(name): will not run: it was withdrawn\(reason)"
    }
  }

  private static func times(_ count: Int) -> String {
    count == 1 ? "1 attempt" : "\(count) attempts"
  }

  // Why there were attempts before the last one.
  private static func previous(_ record: SweepRecord, _ store: SweepStore) throws -> String {
    let attempts = try store.history(of: record.combination)?.attempts ?? []
    let reasons = attempts.filter { $0.number < record.attempts }.map { attempt in
      "attempt \(attempt.number) \(attempt.state)\(attempt.reason.map { " (\($0))" } ?? "")"
    }
    return reasons.isEmpty ? "" : "; it ran again after \(reasons.joined(separator: ", "))"
  }

  private func explainNothing(_ definition: SweepFile?) throws -> String {
    guard let definition, !self.selection.values.isEmpty else { return "no combination matches" }
    let asked = Combination(
      self.selection.values.compactMap { text in
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        return parts.count == 2 ? .init(parts[0], Self.value(parts[1])) : nil
      }
    )
    if let constraint = try definition.sweep.brokenConstraint(of: asked) {
      return "\(asked): is not in the sweep: it does not fulfil '\(constraint.text)'"
    }
    return "\(asked): is not in the sweep: no combination has these values"
  }

  private static func value(_ text: String) -> ParameterValue {
    (try? ParameterValue(json: text)) ?? .text(text)
  }
}
