import ConvokeHosts
import ConvokeProcess

/// Replaces placeholders in the commands and paths of an action.
///
/// A placeholder is a known name in braces. The names are `host`, `user`, `port`, `rank`, `hosts`
/// and those of the caller's lists. Everything else in braces stays as it is: `${HOME}`,
/// `awk '{print $1}'` and `docker ps --format '{{.Names}}'` need no escaping. A `$` in front makes
/// a shell variable of it: `${host}` stays too. Of several pairs of braces around a known name, two
/// stand for a literal one: `{{host}}` gives `{host}`, `{{{host}}}` gives `{node1}`.
struct Substitution: Sendable {
  let hosts: [Host]
  let values: [String: [String]]
  private let folded: String

  init(hosts: [Host], values: [String: [String]] = [:]) {
    self.hosts = hosts
    self.values = values.filter { !$0.value.isEmpty }
    self.folded = ""
  }

  /// The value of a name for a member; `nil` if the name is not known.
  func value(of name: String, for member: FleetMember) -> String? {
    if let list = self.values[name] { return list[member.rank % list.count] }
    switch name {
    case "host": return member.host.name
    case "user": return member.host.user ?? ""
    case "port": return member.host.port.map(String.init) ?? ""
    case "rank": return String(member.rank)
    case "hosts": return HostSet(self.hosts).folded
    default: return nil
    }
  }

  func command(_ command: Command, for member: FleetMember) throws(FleetError) -> Command {
    command
  }
}
