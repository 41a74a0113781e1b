import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// The hosts of a run by what they wrote and how they ended.
struct OutputGroups {
  /// What hosts of a group have in common.
  struct Content: Hashable {
    /// How the command ended.
    var outcome: Outcome
    /// What was kept of the standard output.
    var stdout: CapturedOutput
    /// What was kept of the standard error.
    var stderr: CapturedOutput
  }

  /// Hosts with the same content.
  struct Group {
    /// What they have in common.
    var content: Content
    /// The hosts, in the order of the run.
    var hosts: [Host]

    /// The folded names with their number: `node[1-3,5] (4)`.
    var title: String {
      "\(HostSet(self.hosts).folded) (\(self.hosts.count))"
    }
  }

  private var members: [Content: [(rank: Int, host: Host)]] = [:]

  /// Takes the result of a host.
  mutating func add(_ result: FleetResult) {
    let content = Content(
      outcome: result.outcome,
      stdout: result.result.stdout,
      stderr: result.result.stderr
    )
    self.members[content, default: []].append((result.rank, result.host))
  }

  /// The groups, the larger ones first, those of equal size in the order of their first hosts.
  var sorted: [Group] {
    self.members
      .map { content, members in (content, members.sorted { $0.rank < $1.rank }) }
      .sorted { left, right in
        (-left.1.count, left.1.first?.rank ?? 0) < (-right.1.count, right.1.first?.rank ?? 0)
      }
      .map { Group(content: $0, hosts: $1.map(\.host)) }
  }
}
