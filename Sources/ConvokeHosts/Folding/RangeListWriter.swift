/// Writes sorted numbers as a list of ranges, such as `1-3,08-12`.
enum RangeListWriter {
  /// Appends numbers, in brackets unless there is only one.
  static func append(_ numbers: [Numeral], to text: inout [UInt8]) {
    if numbers.count == 1 { return numbers[0].append(to: &text) }
    text.append(UInt8(ascii: "["))
    var start = 0
    while start < numbers.count {
      if start > 0 { text.append(UInt8(ascii: ",")) }
      let end = self.endOfRun(numbers, from: start)
      numbers[start].append(to: &text)
      if end > start {
        text.append(UInt8(ascii: "-"))
        numbers[end].append(to: &text)
      }
      start = end + 1
    }
    text.append(UInt8(ascii: "]"))
  }

  /// The index of the last number of the run that starts at an index.
  ///
  /// All numbers of a run have the same count of digits, so that a range from the first to the last
  /// gives exactly these; only a run without padding goes on from 9 to 10.
  private static func endOfRun(_ numbers: [Numeral], from start: Int) -> Int {
    let mayGrow = !numbers[start].isPadded
    var end = start
    while end + 1 < numbers.count {
      let (number, next) = (numbers[end], numbers[end + 1])
      let isNext = next.bits == number.bits + 1
      let grows = mayGrow && next.value == number.value + 1 && !next.isPadded
      guard isNext || grows else { break }
      end += 1
    }
    return end
  }
}
