/// Reads what stands in brackets: `1-100`, `0-10/2`, `08-12`, `1,5,7-9`.
struct RangeListReader {
  /// More numbers than this on one axis are an error.
  static let maximumCount = 10_000_000

  let bytes: [UInt8]
  let text: String
  let limit: Int

  init(_ bytes: [UInt8], text: String, limit: Int = Self.maximumCount) {
    self.bytes = bytes
    self.text = text
    self.limit = limit
  }

  /// Returns the numbers, sorted and without duplicates.
  func read(in range: Range<Int>) throws(HostSetError) -> [Numeral] {
    var numbers: [Numeral] = []
    var start = range.lowerBound
    while true {
      var end = start
      while end < range.upperBound, self.bytes[end] != UInt8(ascii: ",") { end += 1 }
      try self.readItem(in: self.trim(start..<end), into: &numbers)
      guard end < range.upperBound else { break }
      start = end + 1
    }
    RowTable.sortNumbers(&numbers)
    return numbers
  }

  /// Reads a number or a range.
  private func readItem(
    in item: Range<Int>,
    into numbers: inout [Numeral]
  ) throws(HostSetError) {
    if let number = Numeral(self.bytes, in: item) {
      numbers.append(number)
      return
    }
    guard let dash = self.bytes[item].firstIndex(of: UInt8(ascii: "-")) else {
      throw self.error(.syntax, "is not a number or a range", item)
    }
    let slash = self.bytes[item].firstIndex(of: UInt8(ascii: "/")) ?? item.upperBound
    guard
      dash < slash,
      let first = Numeral(self.bytes, in: item.lowerBound..<dash),
      let last = Numeral(self.bytes, in: (dash + 1)..<slash)
    else { throw self.error(.syntax, "is not a range of numbers of at most 17 digits", item) }
    let step = try self.readStep(slash, in: item)
    try self.check(first, last, item)
    try self.append(from: first, to: last, step: step, item, to: &numbers)
  }

  private func readStep(_ slash: Int, in item: Range<Int>) throws(HostSetError) -> UInt64 {
    guard slash < item.upperBound else { return 1 }
    guard let step = Numeral(self.bytes, in: (slash + 1)..<item.upperBound), step.value > 0 else {
      throw self.error(.range, "has a step that is not a number from 1", item)
    }
    return step.value
  }

  /// Refuses a range that runs backwards or whose padding is not clear.
  private func check(
    _ first: Numeral,
    _ last: Numeral,
    _ item: Range<Int>
  ) throws(HostSetError) {
    guard first.value <= last.value else { throw self.error(.range, "runs backwards", item) }
    let agrees = first.isPadded ? last.digits >= first.digits : !last.isPadded
    let isExact = last.digits == first.digits || !last.isPadded
    guard agrees, isExact else {
      throw self.error(.range, "has ends that are padded differently", item)
    }
  }

  private func append(
    from first: Numeral,
    to last: Numeral,
    step: UInt64,
    _ item: Range<Int>,
    to numbers: inout [Numeral]
  ) throws(HostSetError) {
    let count = (last.value - first.value) / step + 1
    guard count <= UInt64(self.limit - Swift.min(self.limit, numbers.count)) else {
      throw self.error(
        .tooManyHosts,
        "stands for \(count) numbers; the limit is \(self.limit)",
        item
      )
    }
    // Reserving for each of many ranges would copy the numbers each time.
    if numbers.isEmpty { numbers.reserveCapacity(Int(count)) }
    var digits = first.digits
    var value = first.value
    for _ in 0..<count {
      while value >= Numeral.power(digits) { digits += 1 }
      numbers.append(Numeral(value: value, digits: digits))
      value += step
    }
  }

  /// The range without spaces at its ends.
  private func trim(_ range: Range<Int>) -> Range<Int> {
    var range = range
    while let first = self.bytes[range].first, first == UInt8(ascii: " ") {
      range = (range.lowerBound + 1)..<range.upperBound
    }
    while let last = self.bytes[range].last, last == UInt8(ascii: " ") {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    return range
  }

  private func error(
    _ code: HostSetError.Code,
    _ trouble: String,
    _ item: Range<Int>
  ) -> HostSetError {
    let part = String(decoding: self.bytes[item], as: UTF8.self)
    return HostSetError(
      code,
      "the range '\(part)' \(trouble), in '\(self.text.shortened)' at byte \(item.lowerBound)",
      text: self.text,
      position: item.lowerBound
    )
  }
}

extension String {
  /// The text, or its beginning when it is too long for a message.
  var shortened: String { self.utf8.count <= 80 ? self : "\(self.prefix(77))..." }
}
