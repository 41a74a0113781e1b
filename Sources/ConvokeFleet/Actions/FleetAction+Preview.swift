package import ConvokeHosts
package import ConvokeProcess

extension FleetAction {
  /// The commands that a simple action would run, without running any.
  ///
  /// - Parameter hosts: The hosts, in the order of their ranks.
  /// - Returns: For each host its command, or why there is none; empty for other actions.
  package func commands(on hosts: [Host]) -> [(host: Host, command: Result<Command, any Error>)] {
    guard case .run(let source) = self.kind else { return [] }
    let substitution = Substitution(hosts: hosts, values: self.values)
    return hosts.enumerated().map { rank, host in
      let member = FleetMember(host, rank: rank)
      let command = Result<Command, any Error> {
        switch source {
        case .template(let command): try substitution.command(command, for: member)
        case .each(let make): try make(host, rank)
        }
      }
      return (host, command)
    }
  }
}
