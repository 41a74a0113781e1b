extension HostSet: RandomAccessCollection {
  /// The position of the first host.
  public var startIndex: Int { 0 }

  /// The position after the last host.
  public var endIndex: Int { self.count }

  /// The host at a position, found in time logarithmic in the count of name patterns.
  ///
  /// - Parameter position: A position from 0 to less than the count.
  public subscript(position: Int) -> Host {
    precondition(self.indices.contains(position), "position \(position) is outside the host set")
    let index = self.familyIndex(at: position)
    return self.families[index].host(at: position - self.starts[index])
  }

  /// Returns an iterator over the hosts in order.
  public func makeIterator() -> Iterator { Iterator(self) }

  /// The index of the family that holds a position.
  func familyIndex(at position: Int) -> Int {
    var low = 0
    var high = self.starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if self.starts[middle] <= position { low = middle } else { high = middle }
    }
    return low
  }
}

extension HostSet {
  /// Goes through the hosts of a set in order.
  public struct Iterator: IteratorProtocol, Sendable {
    private let families: [HostFamily]
    private var family = 0
    private var row = 0

    init(_ set: HostSet) { self.families = set.families }

    /// Returns the next host, or `nil` after the last.
    public mutating func next() -> Host? {
      while self.family < self.families.count {
        if self.row < self.families[self.family].count {
          defer { self.row += 1 }
          return self.families[self.family].host(at: self.row)
        }
        self.family += 1
        self.row = 0
      }
      return nil
    }
  }
}

extension HostSet: ExpressibleByArrayLiteral {
  /// Makes a set of the hosts listed.
  ///
  /// - Parameter elements: The hosts, in any order.
  public init(arrayLiteral elements: Host...) { self.init(elements) }
}
