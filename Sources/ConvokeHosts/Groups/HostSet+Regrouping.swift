extension HostSet {
  /// Returns the set as an expression of groups, and of hosts for what no group covers.
  ///
  /// Of the groups that lie wholly in the set the largest are taken first, if they add hosts.
  ///
  /// - Parameters:
  ///   - groups: The groups.
  ///   - source: The name of the source; `nil` for the default source.
  /// - Returns: The expression; groups of other sources than the default one have it in front.
  /// - Throws: ``HostSetError`` if there is no such source or it fails.
  public func regrouped(
    by groups: GroupResolver,
    source: String? = nil
  ) throws(HostSetError) -> String {
    let evaluation = GroupEvaluation(groups)
    var candidates: [(name: String, positions: [Int])] = []
    for name in try groups.groupNames(source: source) {
      let members = try evaluation.hosts(in: name, source: source)
      if let positions = self.positions(of: members) { candidates.append((name, positions)) }
    }
    // Sorting is stable, so groups of the same size stay in the order of their names.
    candidates.sort { $0.positions.count > $1.positions.count }
    let isDefault = source == nil || source == groups.defaultSource
    let prefix = isDefault ? "@" : "@\(source ?? ""):"
    var isCovered = [Bool](repeating: false, count: self.count)
    var terms: [String] = []
    for candidate in candidates where candidate.positions.contains(where: { !isCovered[$0] }) {
      for position in candidate.positions { isCovered[position] = true }
      terms.append(prefix + candidate.name)
    }
    let rest = self.selecting(self.indices.filter { !isCovered[$0] })
    if !rest.isEmpty { terms.append(rest.folded) }
    return terms.joined(separator: ",")
  }

  /// The positions of the hosts of another set; `nil` if it is empty or not all are here.
  private func positions(of other: HostSet) -> [Int]? {
    guard !other.isEmpty, other.count <= self.count else { return nil }
    var positions: [Int] = []
    positions.reserveCapacity(other.count)
    for host in other {
      guard let position = self.position(of: host) else { return nil }
      positions.append(position)
    }
    return positions
  }
}
