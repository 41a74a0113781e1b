extension HostSet {
  /// Returns the hosts that are in this set or in another.
  ///
  /// - Parameter other: The other set.
  /// - Returns: The union, `a,b` in an expression.
  public func union(_ other: HostSet) -> HostSet { self.combined(with: other, keeping: .union) }

  /// Returns the hosts of this set that are not in another.
  ///
  /// A host of the other set of which only the name is known stands for that machine whoever logs
  /// in to it: `root@node[1-3]` without `node2` is `root@node[1,3]`.
  ///
  /// - Parameter other: The hosts to leave out.
  /// - Returns: The difference, `a!b` in an expression.
  public func subtracting(_ other: HostSet) -> HostSet {
    self.combined(with: other.adopted(by: self), keeping: .difference)
  }

  /// Returns the hosts of this set that are also in another.
  ///
  /// A host of the other set of which only the name is known stands for that machine whoever logs
  /// in to it: of `root@node[1-3]` the intersection with `node2` is `root@node2`.
  ///
  /// - Parameter other: The other set.
  /// - Returns: The intersection, `a&b` in an expression.
  public func intersection(_ other: HostSet) -> HostSet {
    self.combined(with: other.adopted(by: self), keeping: .intersection)
  }

  /// Returns the hosts that are in exactly one of two sets.
  ///
  /// - Parameter other: The other set.
  /// - Returns: The symmetric difference, `a^b` in an expression.
  public func symmetricDifference(_ other: HostSet) -> HostSet {
    self.combined(with: other, keeping: .symmetricDifference)
  }

  /// Returns whether all hosts of this set are in another.
  ///
  /// - Parameter other: The other set.
  /// - Returns: Whether it has all of them.
  public func isSubset(of other: HostSet) -> Bool {
    self.combined(with: other, keeping: .difference).isEmpty
  }

  /// Returns whether two sets have no host in common.
  ///
  /// - Parameter other: The other set.
  /// - Returns: Whether there is none.
  public func isDisjoint(with other: HostSet) -> Bool {
    self.combined(with: other, keeping: .intersection).isEmpty
  }

  /// This set with its bare hosts also under the logins that another set has for them.
  private func adopted(by other: HostSet) -> HostSet {
    var builder = HostSetBuilder(self)
    var changed = false
    for family in other.families where !family.login.isBare {
      let key = HostFamily.Key(pattern: family.pattern, login: .bare)
      guard let index = self.familyIndex(of: key) else { continue }
      builder.add(self.families[index].rows, pattern: family.pattern, login: family.login)
      changed = true
    }
    return changed ? builder.finish() : self
  }

  /// Merges the families of two sets, both in the order of their keys.
  private func combined(with other: HostSet, keeping operation: SetOperation) -> HostSet {
    var result: [HostFamily] = []
    var (one, two) = (0, 0)
    while one < self.families.count, two < other.families.count {
      let (left, right) = (self.families[one], other.families[two])
      if left.key == right.key {
        result += left.merged(with: right, keeping: operation)
        one += 1
        two += 1
      } else if left.key < right.key {
        if operation.keepsLeft { result.append(left) }
        one += 1
      } else {
        if operation.keepsRight { result.append(right) }
        two += 1
      }
    }
    if operation.keepsLeft { result += self.families[one...] }
    if operation.keepsRight { result += other.families[two...] }
    return HostSet(families: result)
  }
}

extension HostFamily {
  /// This family and another with the same key, merged: one family or none.
  func merged(with other: HostFamily, keeping operation: SetOperation) -> [HostFamily] {
    guard self.axes > 0 else { return operation.keepsBoth ? [self] : [] }
    let rows = RowTable.merge(self.rows, other.rows, width: self.axes, keeping: operation)
    return rows.isEmpty ? [] : [HostFamily(key: self.key, rows: rows)]
  }
}
