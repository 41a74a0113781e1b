/// A source whose groups are written down, as in a YAML groups file.
///
/// As in ClusterShell, a group named `all` says what all hosts are; without it they are
/// those of all groups together.
public struct YAMLGroupSource: GroupSource, Hashable {
  /// The name of the source, as in `@source:group`.
  public let name: String
  /// The expression of each group.
  public let groups: [String: String]

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - name: The name of the source.
  ///   - groups: The expression of each group.
  public init(name: String, groups: [String: String]) {
    self.name = name
    self.groups = groups
  }

  /// Returns the expression of a group.
  ///
  /// - Parameter group: The name of the group.
  /// - Returns: The expression, or `nil` if there is no such group.
  public func hosts(in group: String) -> String? { self.groups[group] }

  /// Returns the expression of the group `all`, if there is one.
  public func allHosts() -> String? { self.groups["all"] }

  /// Returns the names of the groups, sorted.
  public func groupNames() -> [String] { self.groups.keys.sorted() }
}
