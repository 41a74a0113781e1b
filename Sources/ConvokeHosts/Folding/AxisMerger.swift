/// Covers rows of numbers by boxes: products of one list of numbers for each axis.
///
/// Boxes that are alike on all axes but one become one box, axis after axis, which is exact because
/// their union is a box again. Each pass is linear, and the count of passes has a bound.
struct AxisMerger {
  /// Passes over all axes; what is not merged by then stays apart, which is correct but longer.
  private static let maximumRounds = 4

  private let axes: Int
  /// The lists of numbers that boxes refer to by index, each only once.
  private var lists: [[Numeral]] = []
  private var listIndexes: [[Numeral]: Int] = [:]
  /// The indexes of the lists of each box, ``axes`` for a box and one box after the other.
  private var boxes: [Int] = []

  /// The boxes that cover sorted rows, ordered by their first rows.
  static func boxes(_ rows: [Numeral], axes: Int) -> [[[Numeral]]] {
    guard axes > 1 else { return [[rows]] }
    guard rows.count > axes else { return [rows.map { [$0] }] }
    var lastFirst = AxisMerger(rows, axes: axes)
    var firstFirst = lastFirst
    lastFirst.merge(order: (0..<axes).reversed())
    firstFirst.merge(order: Array(0..<axes))
    let best = firstFirst.boxes.count < lastFirst.boxes.count ? firstFirst : lastFirst
    return best.sortedBoxes()
  }

  private init(_ rows: [Numeral], axes: Int) {
    self.axes = axes
    self.boxes.reserveCapacity(rows.count)
    var singles: [Numeral: Int] = [:]
    for number in rows {
      if let index = singles[number] {
        self.boxes.append(index)
      } else {
        singles[number] = self.lists.count
        self.boxes.append(self.lists.count)
        self.listIndexes[[number]] = self.lists.count
        self.lists.append([number])
      }
    }
  }

  private mutating func merge(order: [Int]) {
    for _ in 0..<Self.maximumRounds {
      let before = self.boxes.count
      for axis in order { self.merge(axis: axis) }
      if self.boxes.count == before { return }
    }
  }

  /// Joins the boxes that differ on one axis only.
  private mutating func merge(axis: Int) {
    let count = self.boxes.count / self.axes
    var groups: [BoxKey: Int] = [:]
    groups.reserveCapacity(count)
    var members: [[Int]] = []
    members.reserveCapacity(count)
    for box in 0..<count {
      let start = box * self.axes
      let key = BoxKey(self.boxes, from: start, axes: self.axes, without: axis)
      if let group = groups[key] {
        members[group].append(start)
      } else {
        groups[key] = members.count
        members.append([start])
      }
    }
    guard members.count < count else { return }
    var merged: [Int] = []
    merged.reserveCapacity(members.count * self.axes)
    for starts in members {
      let first = merged.count
      merged.append(contentsOf: self.boxes[starts[0]..<(starts[0] + self.axes)])
      if starts.count > 1 { merged[first + axis] = self.join(starts.map { self.boxes[$0 + axis] }) }
    }
    self.boxes = merged
  }

  /// The index of the list of all numbers of some lists.
  private mutating func join(_ indexes: [Int]) -> Int {
    var numbers: [Numeral] = []
    for index in indexes { numbers += self.lists[index] }
    RowTable.sortNumbers(&numbers)
    if let index = self.listIndexes[numbers] { return index }
    self.listIndexes[numbers] = self.lists.count
    self.lists.append(numbers)
    return self.lists.count - 1
  }

  private func sortedBoxes() -> [[[Numeral]]] {
    stride(from: 0, to: self.boxes.count, by: self.axes)
      .map { start in (start..<(start + self.axes)).map { self.lists[self.boxes[$0]] } }
      .sorted { left, right in
        left.lazy.map { $0[0] }.lexicographicallyPrecedes(right.lazy.map { $0[0] })
      }
  }
}

/// The lists of a box on all axes but one.
private struct BoxKey: Hashable {
  private let lists: [Int]

  init(_ boxes: [Int], from start: Int, axes: Int, without axis: Int) {
    var lists: [Int] = []
    lists.reserveCapacity(axes - 1)
    for column in 0..<axes where column != axis { lists.append(boxes[start + column]) }
    self.lists = lists
  }
}
