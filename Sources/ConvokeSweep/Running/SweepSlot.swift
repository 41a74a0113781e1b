import ConvokeHosts

/// A place where one combination at a time is executed.
struct SweepSlot: Sendable {
  /// The hosts it takes; the command runs on the first.
  var hosts: [Host]

  /// The host that the command runs on.
  var host: Host { self.hosts[0] }

  /// The places that hosts offer: groups of hosts, each several times, all groups before any again.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` if there are too few hosts.
  static func slots(_ options: SweepRunOptions) throws(SweepError) -> [SweepSlot] {
    let size = max(1, options.hostsPerCombination)
    guard options.hosts.count >= size else {
      throw SweepError(
        .definition,
        "a combination takes \(size) hosts and there are \(options.hosts.count); name more with -w"
      )
    }
    let groups = stride(from: 0, through: options.hosts.count - size, by: size).map {
      SweepSlot(hosts: Array(options.hosts[$0..<($0 + size)]))
    }
    return (0..<max(1, options.slots)).flatMap { _ in groups }
  }
}
