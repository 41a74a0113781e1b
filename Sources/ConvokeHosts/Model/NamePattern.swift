/// A host name with its numbers taken out: `r` # `c` # for `r1c02`.
struct NamePattern: Sendable, Hashable {
  /// Stands in ``bytes`` for each number.
  static let marker: UInt8 = 0

  /// The text, with one marker for each number; without numbers the name itself.
  var bytes: [UInt8] = []
  /// How many numbers there are.
  var axes = 0

  /// Appends the name that has the given numbers, which start at an index of `rows`.
  func appendName(_ rows: [Numeral], from start: Int, to name: inout [UInt8]) {
    guard self.axes > 0 else { return name.append(contentsOf: self.bytes) }
    var next = start
    for byte in self.bytes {
      if byte == Self.marker {
        rows[next].append(to: &name)
        next += 1
      } else {
        name.append(byte)
      }
    }
  }
}

extension NamePattern: Comparable {
  static func < (left: Self, right: Self) -> Bool {
    if left.bytes == right.bytes { return left.axes < right.axes }
    return left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
