/// Collects hosts in any order and makes a set of them.
///
/// Adding is constant time for a host; sorting and dropping duplicates is left to ``finish()``.
struct HostSetBuilder {
  private var families: [HostFamily] = []
  private var indexes: [HostFamily.Key: Int] = [:]
  private var last = -1
  private var splitter = NameSplitter()
  /// How many hosts were added; duplicates count until ``compact()``.
  private(set) var count = 0

  init() {}

  init(_ set: HostSet) { self.add(set) }

  /// Adds a host whose name lies in a range of bytes.
  mutating func add(name bytes: [UInt8], in range: Range<Int>, login: HostLogin) {
    self.splitter.split(bytes, in: range)
    let index = self.index(of: self.splitter.pattern, login: login)
    self.families[index].rows.append(contentsOf: self.splitter.numbers)
    self.count += 1
  }

  /// Adds a host.
  mutating func add(_ host: Host) {
    let bytes = Array(host.name.utf8)
    self.add(name: bytes, in: 0..<bytes.count, login: HostLogin(host))
  }

  /// Adds rows of numbers for a pattern that has numbers.
  mutating func add(_ rows: [Numeral], pattern: NamePattern, login: HostLogin) {
    let index = self.index(of: pattern, login: login)
    if self.families[index].rows.isEmpty {
      self.families[index].rows = rows
    } else {
      self.families[index].rows.append(contentsOf: rows)
    }
    self.count += pattern.axes == 0 ? 1 : rows.count / pattern.axes
  }

  /// Adds the hosts of a set.
  mutating func add(_ set: HostSet) {
    for family in set.families {
      self.add(family.rows, pattern: family.pattern, login: family.login)
    }
  }

  /// Drops the duplicates.
  mutating func compact() {
    self.count = 0
    for index in self.families.indices {
      RowTable.sort(&self.families[index].rows, width: self.families[index].axes)
      self.count += self.families[index].count
    }
  }

  /// The set of what was added.
  consuming func finish() -> HostSet {
    self.compact()
    return HostSet(families: self.families.sorted { $0.key < $1.key })
  }

  /// The index of the family of a pattern and a login, which is added if there is none.
  private mutating func index(of pattern: NamePattern, login: HostLogin) -> Int {
    if self.last >= 0 {
      let key = self.families[self.last].key
      if key.pattern == pattern, key.login == login { return self.last }
    }
    let key = HostFamily.Key(pattern: pattern, login: login)
    if let index = self.indexes[key] {
      self.last = index
      return index
    }
    self.last = self.families.count
    self.indexes[key] = self.last
    self.families.append(HostFamily(key: key, rows: []))
    return self.last
  }
}
