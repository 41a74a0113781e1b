/// A set of hosts, written as `node[1-64],login1`.
///
/// A set has no duplicates. Its order does not depend on how it was made, and is that of its
/// folded text: by the text of the names around their numbers, then by login, then by the numbers
/// from left to right, a number with fewer digits first. So `node2` comes before `node10`.
///
/// Padding is part of a name: `node9` and `node09` are different hosts, and no operation turns
/// one into the other. `root@node1` and `node1` are different hosts too.
///
/// Memory and time go with the count of hosts; an operation on two sets is one pass over both.
public struct HostSet: Sendable, Hashable {
  /// The hosts by pattern and login, in the order of their keys; none is empty.
  let families: [HostFamily]
  /// The position of the first host of each family.
  let starts: [Int]
  /// How many hosts there are.
  public let count: Int

  /// Makes the empty set.
  public init() { self.init(families: []) }

  /// Makes a set of hosts.
  ///
  /// - Parameter hosts: The hosts, in any order; duplicates are dropped.
  public init(_ hosts: some Sequence<Host>) {
    if let set = hosts as? HostSet {
      self = set
      return
    }
    var builder = HostSetBuilder()
    for host in hosts { builder.add(host) }
    self = builder.finish()
  }

  /// Makes the union of sets, in time linear in the count of all their hosts.
  ///
  /// - Parameter sets: The sets, in any order.
  public init(union sets: some Sequence<HostSet>) {
    var builder = HostSetBuilder()
    for set in sets { builder.add(set) }
    self = builder.finish()
  }

  /// Makes a set of families that are sorted and not empty.
  init(families: [HostFamily]) {
    var starts: [Int] = []
    starts.reserveCapacity(families.count)
    var count = 0
    for family in families {
      starts.append(count)
      count += family.count
    }
    self.families = families
    self.starts = starts
    self.count = count
  }

  /// The names of the hosts, in order, without user and port.
  ///
  /// A name occurs twice when two hosts differ by user or port alone.
  public var names: [String] {
    var names: [String] = []
    names.reserveCapacity(self.count)
    for family in self.families { family.appendNames(to: &names) }
    return names
  }

  /// Returns whether a host is in the set, in logarithmic time.
  ///
  /// - Parameter host: The host, which has to be equal in all its fields.
  /// - Returns: Whether it is in the set.
  public func contains(_ host: Host) -> Bool { self.position(of: host) != nil }

  /// Returns the position of a host in the order of the set, in logarithmic time.
  ///
  /// - Parameter host: The host, which has to be equal in all its fields.
  /// - Returns: Its position from 0, or `nil` if it is not in the set.
  public func position(of host: Host) -> Int? {
    var splitter = NameSplitter()
    let bytes = Array(host.name.utf8)
    splitter.split(bytes, in: 0..<bytes.count)
    let key = HostFamily.Key(pattern: splitter.pattern, login: HostLogin(host))
    guard let index = self.familyIndex(of: key) else { return nil }
    return self.families[index].row(of: splitter.numbers).map { self.starts[index] + $0 }
  }

  /// The index of the family with a key, found by bisection.
  func familyIndex(of key: HostFamily.Key) -> Int? {
    var low = 0
    var high = self.families.count
    while low < high {
      let middle = (low + high) / 2
      if self.families[middle].key < key { low = middle + 1 } else { high = middle }
    }
    guard low < self.families.count, self.families[low].key == key else { return nil }
    return low
  }
}
