extension HostSetParser {
  /// One piece of a name: text, or the numbers of a pair of brackets.
  private enum Piece {
    case text(Range<Int>)
    case numbers([Numeral])
  }

  /// Reads a name with ranges in brackets and adds all the names it stands for.
  func parseNames(
    in range: Range<Int>,
    login: HostLogin,
    into builder: inout HostSetBuilder
  ) throws(HostSetError) {
    guard !range.isEmpty else {
      throw self.error(.syntax, "a host is missing", at: range.lowerBound)
    }
    guard self.bytes[range].contains(UInt8(ascii: "[")) else {
      try self.checkName(range, what: "the name")
      return builder.add(name: self.bytes, in: range, login: login)
    }
    let pieces = try self.pieces(of: range)
    let count = try self.product(of: pieces)
    if self.hasAdjacentDigits(pieces) {
      self.addOneByOne(pieces, login: login, into: &builder)
    } else {
      self.addRows(pieces, count: count, login: login, into: &builder)
    }
  }

  private func pieces(of range: Range<Int>) throws(HostSetError) -> [Piece] {
    let reader = RangeListReader(self.bytes, text: self.text, limit: self.limit)
    var pieces: [Piece] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let open = self.bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: "["))
      let end = open ?? range.upperBound
      if start < end {
        let isStart = start == range.lowerBound
        try self.checkName(start..<end, what: "the name", isStart: isStart)
        pieces.append(.text(start..<end))
      }
      guard let open, let close = self.bytes[open...].firstIndex(of: UInt8(ascii: "]")) else {
        break
      }
      pieces.append(.numbers(try reader.read(in: (open + 1)..<close)))
      start = close + 1
    }
    return pieces
  }

  /// How many names the pieces stand for.
  private func product(of pieces: [Piece]) throws(HostSetError) -> Int {
    var product = 1
    for case .numbers(let numbers) in pieces {
      let (next, overflow) = product.multipliedReportingOverflow(by: numbers.count)
      guard !overflow else { throw self.tooMany(.max) }
      product = next
    }
    guard product <= self.limit else { throw self.tooMany(product) }
    return product
  }

  /// Whether digits stand next to brackets, so that a number of a name comes from several pieces.
  private func hasAdjacentDigits(_ pieces: [Piece]) -> Bool {
    for (one, other) in zip(pieces, pieces.dropFirst()) {
      switch (one, other) {
      case (.numbers, .numbers): return true
      case (.numbers, .text(let text)): if isDigit(self.bytes[text.lowerBound]) { return true }
      case (.text(let text), .numbers): if isDigit(self.bytes[text.upperBound - 1]) { return true }
      case (.text, .text): break
      }
    }
    return false
  }

  /// Adds the names as rows of numbers, in their order.
  private func addRows(
    _ pieces: [Piece],
    count: Int,
    login: HostLogin,
    into builder: inout HostSetBuilder
  ) {
    var pattern = NamePattern()
    var axes: [[Numeral]] = []
    var splitter = NameSplitter()
    for piece in pieces {
      switch piece {
      case .numbers(let numbers):
        pattern.bytes.append(NamePattern.marker)
        axes.append(numbers)
      case .text(let range):
        splitter.split(self.bytes, in: range)
        pattern.bytes.append(contentsOf: splitter.pattern.bytes)
        axes.append(contentsOf: splitter.numbers.map { [$0] })
      }
    }
    pattern.axes = axes.count
    builder.add(Self.rows(of: axes, count: count), pattern: pattern, login: login)
  }

  /// All combinations of one number from each axis, the last axis changing fastest.
  private static func rows(of axes: [[Numeral]], count: Int) -> [Numeral] {
    if axes.count == 1 { return axes[0] }
    var rows: [Numeral] = []
    rows.reserveCapacity(count * axes.count)
    var indexes = axes.map { _ in 0 }
    for _ in 0..<count {
      for axis in axes.indices { rows.append(axes[axis][indexes[axis]]) }
      Self.advance(&indexes) { axes[$0].count }
    }
    return rows
  }

  /// Adds the names as text, so that numbers are found in the whole names.
  private func addOneByOne(
    _ pieces: [Piece],
    login: HostLogin,
    into builder: inout HostSetBuilder
  ) {
    var indexes = pieces.map { _ in 0 }
    var name: [UInt8] = []
    repeat {
      name.removeAll(keepingCapacity: true)
      for (piece, index) in zip(pieces, indexes) {
        switch piece {
        case .text(let range): name.append(contentsOf: self.bytes[range])
        case .numbers(let numbers): numbers[index].append(to: &name)
        }
      }
      builder.add(name: name, in: 0..<name.count, login: login)
    } while Self.advance(&indexes) { index in
      if case .numbers(let numbers) = pieces[index] { numbers.count } else { 1 }
    }
  }

  /// Goes to the next combination, as an odometer does; `false` after the last.
  @discardableResult
  private static func advance(_ indexes: inout [Int], count: (Int) -> Int) -> Bool {
    for axis in indexes.indices.reversed() {
      indexes[axis] += 1
      if indexes[axis] < count(axis) { return true }
      indexes[axis] = 0
    }
    return false
  }
}
