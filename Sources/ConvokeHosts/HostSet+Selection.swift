extension HostSet {
  /// Returns hosts picked at random, each selection being as likely as any other.
  ///
  /// - Parameters:
  ///   - count: How many; all are returned when there are not more.
  ///   - generator: Where the random numbers come from.
  /// - Returns: The hosts picked.
  public func pick(_ count: Int, using generator: inout some RandomNumberGenerator) -> HostSet {
    precondition(count >= 0, "cannot pick \(count) hosts")
    // Algorithm S of Knuth, The Art of Computer Programming, volume 2, section 3.4.2.
    var wanted = Swift.min(count, self.count)
    var positions: [Int] = []
    positions.reserveCapacity(wanted)
    for position in 0..<self.count where wanted > 0 {
      if Int.random(in: 0..<(self.count - position), using: &generator) < wanted {
        positions.append(position)
        wanted -= 1
      }
    }
    return self.selecting(positions)
  }

  /// Returns hosts picked at random.
  ///
  /// - Parameter count: How many; all are returned when there are not more.
  /// - Returns: The hosts picked.
  public func pick(_ count: Int) -> HostSet {
    var generator = SystemRandomNumberGenerator()
    return self.pick(count, using: &generator)
  }

  /// Splits the set into contiguous parts whose sizes differ by one at most.
  ///
  /// - Parameter parts: How many parts, at least 1.
  /// - Returns: The parts in order, the larger ones first; fewer when there are not enough hosts,
  ///   so that no part is empty.
  public func split(_ parts: Int) -> [HostSet] {
    precondition(parts > 0, "cannot split into \(parts) parts")
    let (size, larger) = self.count.quotientAndRemainder(dividingBy: parts)
    var start = 0
    return (0..<Swift.min(parts, self.count)).map { part in
      let end = start + size + (part < larger ? 1 : 0)
      defer { start = end }
      return self.slice(start..<end)
    }
  }

  /// Returns the hosts at consecutive positions.
  ///
  /// - Parameter positions: The positions from 0; those after the last host select nothing.
  /// - Returns: The hosts there.
  public func slice(_ positions: Range<Int>) -> HostSet {
    let wanted = positions.clamped(to: self.indices)
    guard !wanted.isEmpty else { return HostSet() }
    var families: [HostFamily] = []
    for index in self.familyIndex(at: wanted.lowerBound)..<self.families.count {
      let start = self.starts[index]
      guard start < wanted.upperBound else { break }
      var family = self.families[index]
      let rows = wanted.clamped(to: start..<(start + family.count))
      if rows.count < family.count {
        let (first, end) = (rows.lowerBound - start, rows.upperBound - start)
        family.rows = Array(family.rows[(first * family.axes)..<(end * family.axes)])
      }
      families.append(family)
    }
    return HostSet(families: families)
  }

  /// Returns the hosts at positions written as in the brackets of an expression.
  ///
  /// - Parameter positions: The positions from 0, such as `0-9,20-30/2`; those after the last host
  ///   select nothing.
  /// - Returns: The hosts there.
  /// - Throws: ``HostSetError`` with the code `range` or `syntax` if the text is no list of ranges.
  public func slice(_ positions: String) throws(HostSetError) -> HostSet {
    let reader = RangeListReader(Array(positions.utf8), text: positions)
    let numbers = try reader.read(in: 0..<reader.bytes.count)
    let values = Set(numbers.map { Int($0.value) })
    return self.selecting(values.filter { $0 < self.count }.sorted())
  }

  /// The hosts at ascending positions.
  func selecting(_ positions: [Int]) -> HostSet {
    var builder = HostSetBuilder()
    var index = 0
    for position in positions {
      while index + 1 < self.starts.count, self.starts[index + 1] <= position { index += 1 }
      let family = self.families[index]
      let start = (position - self.starts[index]) * family.axes
      builder.add(
        Array(family.rows[start..<(start + family.axes)]),
        pattern: family.pattern,
        login: family.login
      )
    }
    return builder.finish()
  }
}
