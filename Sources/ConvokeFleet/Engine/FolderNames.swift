import ConvokeHosts

/// The names of folders for the hosts of an action, none of them twice.
struct FolderNames: Sendable {
  private let duplicates: Set<String>

  init(_ hosts: [Host]) {
    var seen: Set<String> = []
    var duplicates: Set<String> = []
    for host in hosts where !seen.insert(host.name).inserted { duplicates.insert(host.name) }
    // `n.1` is what the second of two hosts `n` gets, and not free for a host of that name.
    for host in hosts {
      let parts = host.name.split(separator: ".", omittingEmptySubsequences: false)
      guard let rank = parts.last, Int(rank) != nil else { continue }
      let stem = parts.dropLast().joined(separator: ".")
      if duplicates.contains(stem) { duplicates.insert(host.name) }
    }
    self.duplicates = duplicates
  }

  /// The name of the host; followed by the rank if several members have the same.
  func folder(of member: FleetMember) -> String {
    let name = member.host.name
    // A slash would make two folders of it, and names of dots alone are those of other folders.
    let safe = name.replacing("/", with: "%2F")
    let plain = safe.allSatisfy { $0 == "." } ? "_" + safe : safe
    return self.duplicates.contains(name) ? "\(plain).\(member.rank)" : plain
  }
}
