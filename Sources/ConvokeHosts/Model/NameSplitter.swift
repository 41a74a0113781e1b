/// Takes the numbers out of host names, reusing its memory from one name to the next.
struct NameSplitter {
  private(set) var pattern = NamePattern()
  private(set) var numbers: [Numeral] = []

  /// Splits the name that lies in a range of bytes into ``pattern`` and ``numbers``.
  ///
  /// A name with a colon is an IPv6 address, whose hexadecimal digits are no numbers.
  mutating func split(_ bytes: [UInt8], in range: Range<Int>) {
    self.pattern.bytes.removeAll(keepingCapacity: true)
    self.pattern.axes = 0
    self.numbers.removeAll(keepingCapacity: true)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if isDigit(byte) {
        index = self.takeDigits(bytes, from: index, to: range.upperBound)
      } else if byte == UInt8(ascii: ":") || byte == NamePattern.marker {
        return self.takeWhole(bytes, in: range)
      } else {
        self.pattern.bytes.append(byte)
        index += 1
      }
    }
  }

  /// Takes the digits that start at an index and returns the index after them.
  private mutating func takeDigits(_ bytes: [UInt8], from start: Int, to limit: Int) -> Int {
    var end = start
    while end < limit, isDigit(bytes[end]) { end += 1 }
    if let number = Numeral(bytes, in: start..<end) {
      self.pattern.bytes.append(NamePattern.marker)
      self.pattern.axes += 1
      self.numbers.append(number)
    } else {
      self.pattern.bytes.append(contentsOf: bytes[start..<end])
    }
    return end
  }

  private mutating func takeWhole(_ bytes: [UInt8], in range: Range<Int>) {
    self.pattern = NamePattern(bytes: Array(bytes[range]), axes: 0)
    self.numbers.removeAll(keepingCapacity: true)
  }
}
