import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// Sums up what failed, one line for the hosts with the same failure.
enum FailureSummary {
  /// The lines, in the order of the first host of each.
  ///
  /// With a single host exit codes and signals are told by the exit status alone, as ssh does.
  static func lines(_ report: FleetReport, isAlone: Bool = false) -> [String] {
    var order: [String] = []
    var hosts: [String: [Host]] = [:]
    for result in report.failures {
      if isAlone, result.outcome.failureSet.isSubset(of: [.exitCode, .signal]) { continue }
      let words = FailureSummary.words(result)
      if hosts[words] == nil { order.append(words) }
      hosts[words, default: []].append(result.host)
    }
    return order.map { words in
      let set = hosts[words] ?? []
      let name = set.count == 1 ? set[0].name : "the host"
      return "convoke: \(HostSet(set).folded): \(words.replacing(placeholder, with: name))"
    }
  }

  // Stands for the name of the host, so that messages that differ in nothing else are one.
  private static let placeholder = "\u{0}"

  private static func words(_ result: FleetResult) -> String {
    guard result.outcome.isSuccess else {
      let failure = result.outcome.failure
      guard let failure else { return result.outcome.description }
      let place = "\(result.host): "
      let bare =
        failure.message.hasPrefix(place)
        ? failure.message.dropFirst(place.count) : failure.message[...]
      let message = String(bare).replacing(result.host.name, with: placeholder)
      return "\(result.outcome.brief): \(message); \(failure.remedy)"
    }
    return result.result.statistics.inputFailed ? "did not read all of its input" : "failed"
  }
}
