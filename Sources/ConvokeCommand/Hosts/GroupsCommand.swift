import ArgumentParser
import ConvokeHosts

/// `convoke hosts groups`: the groups there are, or those of some hosts.
struct GroupsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "groups",
    abstract: "Writes the names of the groups, or of those that have any of the hosts given."
  )

  @Argument(help: "Host sets; without any all groups are written.")
  var hosts: [String] = []

  @Flag(name: .long, help: "Take the groups of all sources.")
  var allSources = false

  @Flag(name: .shortAndLong, help: "Write the hosts of each group behind its name.")
  var members = false

  @OptionGroup var groups: GroupOptions

  func run() async throws {
    let listing = GroupListing(
      selection: HostSelection(hosts: self.hosts, groups: self.groups.lookup),
      allSources: self.allSources,
      members: self.members
    )
    for line in try await ShellUpcall.onOwnThread({ try listing.lines() }) { print(line) }
  }
}

/// The lines that `convoke hosts groups` writes.
private struct GroupListing: Sendable {
  let selection: HostSelection
  let allSources: Bool
  let members: Bool

  func lines() throws -> [String] {
    let groups = try self.selection.groups.resolver()
    let hosts = self.selection.hosts.isEmpty ? nil : try self.selection.resolve(groups)
    guard let defaultSource = groups.defaultSource else {
      throw HostSetError(.unknownSource, "no groups are known here; give a groups file")
    }
    var lines: [String] = []
    for source in self.allSources ? groups.sourceNames : [defaultSource] {
      let prefix = source == groups.defaultSource ? "@" : "@\(source):"
      for name in try groups.groupNames(source: source) {
        // Without hosts to compare and members to write, no group has to be looked up.
        guard hosts != nil || self.members else {
          lines.append(prefix + name)
          continue
        }
        let group = try groups.hosts(in: name, source: source)
        if let hosts, hosts.intersection(group).isEmpty { continue }
        lines.append(self.members ? "\(prefix)\(name) \(group.folded)" : prefix + name)
      }
    }
    guard lines.isEmpty else { return lines }
    throw HostSetError(.empty, "no group has any of the hosts '\(hosts?.folded ?? "")'")
  }
}
