/// Work on rows of numbers that lie one after the other in an array.
enum RowTable {
  /// Compares a row with another: negative, zero or positive.
  static func compare(
    _ left: [Numeral],
    _ leftRow: Int,
    _ right: [Numeral],
    _ rightRow: Int,
    width: Int
  ) -> Int {
    let leftStart = leftRow * width
    let rightStart = rightRow * width
    for column in 0..<width {
      let (one, other) = (left[leftStart + column], right[rightStart + column])
      if one != other { return one < other ? -1 : 1 }
    }
    return 0
  }

  /// Whether rows are sorted and none occurs twice.
  static func isSorted(_ rows: [Numeral], width: Int) -> Bool {
    guard rows.count > width else { return true }
    for row in 1..<(rows.count / width)
    where Self.compare(rows, row - 1, rows, row, width: width) >= 0 {
      return false
    }
    return true
  }

  /// Sorts rows and drops duplicates.
  static func sort(_ rows: inout [Numeral], width: Int) {
    guard width > 0, !Self.isSorted(rows, width: width) else { return }
    if width == 1 { return Self.sortNumbers(&rows) }
    let source = rows
    let order = (0..<(source.count / width)).sorted {
      Self.compare(source, $0, source, $1, width: width) < 0
    }
    rows.removeAll(keepingCapacity: true)
    var last: Int?
    for row in order {
      if let last, Self.compare(source, last, source, row, width: width) == 0 { continue }
      Self.append(source, row, to: &rows, width: width)
      last = row
    }
  }

  /// Sorts numbers and drops duplicates.
  static func sortNumbers(_ numbers: inout [Numeral]) {
    guard !Self.isSorted(numbers, width: 1) else { return }
    numbers.sort()
    var last: Numeral?
    numbers.removeAll { number in
      defer { last = number }
      return number == last
    }
  }

  /// Merges two sorted tables, keeping what an operation keeps.
  static func merge(
    _ left: [Numeral],
    _ right: [Numeral],
    width: Int,
    keeping operation: SetOperation
  ) -> [Numeral] {
    var result: [Numeral] = []
    result.reserveCapacity(left.count)
    var (one, other) = (0, 0)
    let (leftCount, rightCount) = (left.count / width, right.count / width)
    while one < leftCount, other < rightCount {
      let order = Self.compare(left, one, right, other, width: width)
      if order < 0 {
        if operation.keepsLeft { Self.append(left, one, to: &result, width: width) }
      } else if order > 0 {
        if operation.keepsRight { Self.append(right, other, to: &result, width: width) }
      } else if operation.keepsBoth {
        Self.append(left, one, to: &result, width: width)
      }
      if order <= 0 { one += 1 }
      if order >= 0 { other += 1 }
    }
    if operation.keepsLeft { result.append(contentsOf: left[(one * width)...]) }
    if operation.keepsRight { result.append(contentsOf: right[(other * width)...]) }
    return result
  }

  private static func append(
    _ source: [Numeral],
    _ row: Int,
    to rows: inout [Numeral],
    width: Int
  ) {
    for column in 0..<width { rows.append(source[row * width + column]) }
  }
}
