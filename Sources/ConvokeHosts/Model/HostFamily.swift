/// The hosts of a set that share a name pattern and a login.
///
/// The numbers of the names are the rows: sorted, without duplicates, ``NamePattern/axes`` numbers
/// a row and one row after the other. A pattern without numbers has one row of no numbers.
struct HostFamily: Sendable, Hashable {
  /// What hosts of a family share.
  struct Key: Sendable, Hashable, Comparable {
    var pattern: NamePattern
    var login: HostLogin

    static func < (left: Self, right: Self) -> Bool {
      left.pattern == right.pattern ? left.login < right.login : left.pattern < right.pattern
    }
  }

  let key: Key
  var rows: [Numeral]

  var pattern: NamePattern { self.key.pattern }

  var login: HostLogin { self.key.login }

  var axes: Int { self.key.pattern.axes }

  /// How many hosts there are, before the rows are sorted with duplicates.
  var count: Int { self.axes == 0 ? 1 : self.rows.count / self.axes }

  func name(at row: Int) -> String {
    var bytes: [UInt8] = []
    self.pattern.appendName(self.rows, from: row * self.axes, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  func host(at row: Int) -> Host { self.login.host(named: self.name(at: row)) }

  /// Appends the names of all hosts.
  func appendNames(to names: inout [String]) {
    var bytes: [UInt8] = []
    for row in 0..<self.count {
      bytes.removeAll(keepingCapacity: true)
      self.pattern.appendName(self.rows, from: row * self.axes, to: &bytes)
      names.append(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The row that has these numbers, found by bisection.
  func row(of numbers: [Numeral]) -> Int? {
    guard self.axes > 0 else { return 0 }
    var low = 0
    var high = self.count
    while low < high {
      let middle = (low + high) / 2
      let order = RowTable.compare(self.rows, middle, numbers, 0, width: self.axes)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}
