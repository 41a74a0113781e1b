/// The machine that reads a value: a stack, and one operation a byte.
///
/// A list or dictionary that is being filled is *open*: its elements lie on the stack, right above
/// an empty place for the container itself, and move into one allocation when it is used or the
/// value ends. So nothing recurs, however deep a value is.
struct ValueReader: ~Copyable {
  var reader: ByteReader
  var stack: ValueStack
  /// The open container that was opened last.
  var top = OpenContainer.absent
  /// The open containers that were opened before it.
  var outer: [OpenContainer] = []
  let serializer: WireSerializer
  /// The bytes of memory that may still be taken.
  var memory: Int
  /// Where the current operation starts.
  var start = 0

  /// A list or a dictionary whose elements lie on the stack.
  struct OpenContainer {
    /// The place of the container on the stack.
    var place: Int
    /// The declared number of elements of a list, or -1 for a dictionary.
    var declared: Int
    /// The place after the last element.
    var end: Int

    /// What stands for no container.
    static var absent: OpenContainer { OpenContainer(place: -1, declared: -1, end: -1) }
  }

  init(_ reader: ByteReader, serializer: WireSerializer) {
    self.reader = reader
    self.serializer = serializer
    self.stack = ValueStack(capacity: min(32, reader.count + 1))
    self.memory = serializer.limits.memory
  }

  /// Reads operations up to the end of the value.
  mutating func value() throws(WireError) -> WireValue {
    while true {
      self.start = self.reader.offset
      let opcode = try self.reader.byte()
      if let value = try self.scalar(opcode) {
        try self.push(value)
      } else {
        if opcode == Opcode.stop { return try self.result() }
        try self.run(opcode)
      }
    }
  }

  /// The only value on the stack.
  private mutating func result() throws(WireError) -> WireValue {
    try self.closeTop()
    guard self.stack.count == 1 else {
      throw self.malformed("the value ends with \(self.stack.count) values on the stack")
    }
    return self.stack.pop()
  }

  private mutating func run(_ opcode: UInt8) throws(WireError) {
    switch opcode {
    case Opcode.setItem: try self.setItem()
    case Opcode.newList: try self.newList()
    case Opcode.newDictionary: try self.open(declared: -1)
    case Opcode.buildTuple, Opcode.set, Opcode.frozenSet: try self.build(opcode)
    default: throw self.malformed("there is no operation \(opcode)")
    }
  }

  mutating func push(_ value: consuming WireValue, depth: UInt16 = 0) throws(WireError) {
    if self.stack.count == self.stack.capacity { try self.growStack() }
    self.stack.push(value, depth: depth)
  }

  private mutating func growStack() throws(WireError) {
    let old = self.stack.capacity * ValueStack.stride
    try self.charge(2 * old)
    self.stack.grow(to: 2 * self.stack.capacity)
    self.memory += old
  }

  /// Takes memory from what may be taken.
  mutating func charge(_ bytes: Int) throws(WireError) {
    guard bytes <= self.memory else {
      throw WireError(
        .tooLarge,
        "the value takes more than \(self.serializer.limits.memory) bytes of memory",
        offset: self.start
      )
    }
    self.memory &-= bytes
  }

  /// Reads a length or a number of elements.
  mutating func length() throws(WireError) -> Int {
    let length = Int(try self.reader.int32())
    guard length >= 0 else { throw self.malformed("a length is \(length)") }
    guard length <= self.serializer.limits.length else {
      let limit = self.serializer.limits.length
      throw WireError(.tooLarge, "a length is \(length), more than \(limit)", offset: self.start)
    }
    return length
  }

  func malformed(_ message: String) -> WireError {
    WireError(.malformed, message, offset: self.start)
  }
}
