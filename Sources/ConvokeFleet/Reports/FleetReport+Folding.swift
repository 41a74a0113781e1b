public import ConvokeHosts
public import ConvokeProcess

/// Members that wrote the same output and ended in the same way.
public struct FleetGroup: Sendable {
  /// The members, in order.
  public var members: [FleetMember]
  /// How they ended.
  public var outcome: Outcome
  /// What each of them wrote to standard output.
  public var stdout: CapturedOutput
  /// What each of them wrote to standard error.
  public var stderr: CapturedOutput

  /// The hosts of the group.
  public var hosts: HostSet { HostSet(self.members.map(\.host)) }
}

extension FleetGroup: CustomStringConvertible {
  /// A header such as `node[40-42] (3)`, with the outcome unless all succeeded, then the output.
  public var description: String {
    let outcome = self.outcome.isSuccess ? "" : ": \(self.outcome)"
    let count = self.members.count > 1 ? " (\(self.members.count))" : ""
    let rule = String(repeating: "-", count: 15)
    let outputs = [self.stdout, self.stderr].map(\.text).map { text in
      text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }
    return "\(rule)\n\(self.hosts.folded)\(count)\(outcome)\n\(rule)\n" + outputs.joined()
  }
}

extension FleetReport {
  /// The members of the whole report, grouped by what they wrote and how they ended.
  ///
  /// The group of the member that comes first comes first. Output that was cut counts as the same
  /// when what was kept and the length are the same.
  public var groups: [FleetGroup] {
    var groups: [FleetGroup] = []
    var positions: [FoldingKey: Int] = [:]
    for result in self.results {
      let key = FoldingKey(result)
      if let position = positions[key] {
        groups[position].members.append(result.member)
      } else {
        positions[key] = groups.count
        groups.append(
          FleetGroup(
            members: [result.member],
            outcome: result.outcome,
            stdout: result.result.stdout,
            stderr: result.result.stderr
          )
        )
      }
    }
    return groups
  }

  /// The output of all hosts, what is the same only once, each under the hosts that wrote it.
  public var folded: String { self.groups.map(\.description).joined() }
}

/// What the members of a group have in common.
private struct FoldingKey: Hashable {
  let outcome: Outcome
  let stdout: CapturedOutput
  let stderr: CapturedOutput

  init(_ result: FleetResult) {
    self.outcome = result.outcome
    self.stdout = result.result.stdout
    self.stderr = result.result.stderr
  }
}
