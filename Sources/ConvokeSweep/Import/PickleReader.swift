/// Reads the pickles that execo's ParamSweeper writes, and no others; never runs any of their code.
///
/// A pickle is a program for a stack machine (Python's `pickletools` describes it). The opcodes that look
/// up or call something are refused, but for the class `execo_engine.sweep.HashableDict`, which is a
/// dictionary, and the set of Python 2 and 3. Protocols 0 to 5.
struct PickleReader {
  indirect enum Item {
    case value(ParameterValue)
    /// A mutable thing under construction, by its number.
    case object(Int)
    case mark
    case dictionaryClass
    case setClass
    /// The built-in dictionary, as the base of the other.
    case baseClass
    /// What protocols 0 and 1 make an instance of a class with a base with.
    case rebuilder
  }

  /// Things that opcodes go on filling after they were made.
  enum Content {
    case list([Item])
    case dictionary([(Item, Item)])
  }

  let bytes: [UInt8]
  /// Where the next opcode is.
  var index: Int
  var stack: [Item] = []
  var memo: [Int: Item] = [:]
  var contents: [Content] = []

  private static let deepest = 200

  init(_ bytes: [UInt8], at index: Int = 0) {
    self.bytes = bytes
    self.index = index
  }

  /// What is wrong with the file.
  func problem(_ words: String) -> SweepError {
    SweepError(.importing, "byte \(self.index): \(words)")
  }

  /// Reads the next pickle of the file; `nil` at its end.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/importing``; an end that comes too early has
  ///   the message `the file ends within a pickle`.
  mutating func next() throws(SweepError) -> ParameterValue? {
    guard self.index < self.bytes.count else { return nil }
    self.stack = []
    self.memo = [:]
    self.contents = []
    while true {
      let opcode = try self.byte()
      if opcode == UInt8(ascii: ".") { break }
      try self.perform(opcode)
    }
    guard let last = self.stack.popLast() else { throw self.problem("a pickle of nothing") }
    return try self.value(last, 0)
  }

  /// The value of an item with all it holds; tuples and sets are lists.
  func value(_ item: Item, _ depth: Int) throws(SweepError) -> ParameterValue {
    guard depth < Self.deepest else { throw self.problem("values are nested too deeply") }
    switch item {
    case .value(let value): return value
    case .mark, .dictionaryClass, .setClass, .baseClass, .rebuilder:
      throw self.problem("a class is no value")
    case .object(let number):
      switch self.contents[number] {
      case .list(let items):
        var values: [ParameterValue] = []
        for item in items { values.append(try self.value(item, depth + 1)) }
        return .list(values)
      case .dictionary(let pairs):
        var fields: [ParameterValue.Field] = []
        for (key, item) in pairs {
          let name = try self.value(key, depth + 1)
          fields.append(.init(name.description, try self.value(item, depth + 1)))
        }
        return .object(fields)
      }
    }
  }

  /// Takes one byte.
  mutating func byte() throws(SweepError) -> UInt8 {
    guard self.index < self.bytes.count else { throw self.problem(Self.truncated) }
    defer { self.index += 1 }
    return self.bytes[self.index]
  }

  /// Takes several bytes.
  mutating func take(_ count: Int) throws(SweepError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= self.bytes.count - self.index else {
      throw self.problem(Self.truncated)
    }
    defer { self.index += count }
    return self.bytes[self.index..<(self.index + count)]
  }

  static let truncated = "the file ends within a pickle"

  /// Takes a whole number, its lowest byte first.
  mutating func number(_ size: Int) throws(SweepError) -> Int {
    var number: UInt64 = 0
    for (place, byte) in try self.take(size).enumerated() {
      number |= UInt64(byte) << UInt64(8 * place)
    }
    guard let count = Int(exactly: number) else { throw self.problem("a number is too large") }
    return count
  }

  /// Takes a line without its end, in the encoding `raw-unicode-escape` of Python.
  mutating func escapedLine() throws(SweepError) -> String {
    guard let end = self.bytes[self.index...].firstIndex(of: 0x0A) else {
      throw self.problem(Self.truncated)
    }
    defer { self.index = end + 1 }
    // Each byte is a character; others are written as \uXXXX or \UXXXXXXXX.
    let text = String(
      String.UnicodeScalarView(self.bytes[self.index..<end].map { Unicode.Scalar($0) })
    )
    return text.replacing(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/) { match in
      let digits = match.output.1 ?? match.output.2 ?? ""
      let scalar = UInt32(digits, radix: 16).flatMap { Unicode.Scalar($0) } ?? "\u{FFFD}"
      return String(scalar)
    }
  }

  /// Takes a line without its end.
  mutating func line() throws(SweepError) -> String {
    guard let end = self.bytes[self.index...].firstIndex(of: 0x0A) else {
      throw self.problem(Self.truncated)
    }
    defer { self.index = end + 1 }
    return String(decoding: self.bytes[self.index..<end], as: UTF8.self)
  }

  /// Takes the top of the stack.
  mutating func pop() throws(SweepError) -> Item {
    guard let item = self.stack.popLast() else { throw self.problem("the stack is empty") }
    return item
  }

  /// Takes all above the last mark.
  mutating func popToMark() throws(SweepError) -> [Item] {
    let index = self.stack.lastIndex { if case .mark = $0 { true } else { false } }
    guard let index else { throw self.problem("a mark is missing") }
    defer { self.stack.removeSubrange(index...) }
    return Array(self.stack[(index + 1)...])
  }

  /// Puts a new mutable thing on the stack.
  mutating func push(_ content: Content) {
    self.contents.append(content)
    self.stack.append(.object(self.contents.count - 1))
  }
}
