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
    self.stack = ValueStack(capacity: min(64, reader.count + 1))
    self.memory = serializer.limits.memory
  }

  /// Reads operations up to the end of the value.
  mutating func value() throws(WireError) -> WireValue {
    while true {
      self.start = self.reader.offset
      let opcode = try self.reader.byte()
      switch opcode {
      case Opcode.int: try self.push(.int(Int(try self.reader.int32())))
      case Opcode.python3String: try self.push(try self.python3String())
      case Opcode.setItem: try self.setItem()
      case Opcode.newList: try self.newList()
      case Opcode.newDictionary: try self.open(declared: -1)
      case Opcode.buildTuple, Opcode.set, Opcode.frozenSet: try self.build(opcode)
      case Opcode.stop: return try self.result()
      default: try self.pushScalar(opcode)
      }
    }
  }

  /// The only value on the stack.
  private mutating func result() throws(WireError) -> WireValue {
    if self.top.end == self.stack.count { try self.closeTop() }
    guard self.stack.count == 1 else {
      throw self.malformed("the value ends with \(self.stack.count) values on the stack")
    }
    return self.stack.pop()
  }

  private mutating func pushScalar(_ opcode: UInt8) throws(WireError) {
    guard let value = try self.scalar(opcode) else {
      throw self.malformed("there is no operation \(opcode)")
    }
    try self.push(value)
  }

  @inline(__always)
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
  @inline(__always)
  mutating func charge(_ bytes: Int) throws(WireError) {
    guard bytes <= self.memory else { throw self.memoryError() }
    self.memory &-= bytes
  }

  /// Reads a length or a number of elements.
  @inline(__always)
  mutating func length() throws(WireError) -> Int {
    let length = Int(try self.reader.int32())
    guard 0...self.serializer.limits.length ~= length else { throw self.lengthError(length) }
    return length
  }

  @inline(never)
  private func memoryError() -> WireError {
    let limit = self.serializer.limits.memory
    let message = "the value takes more than \(limit) bytes of memory"
    return WireError(.tooLarge, message, offset: self.start)
  }

  @inline(never)
  private func lengthError(_ length: Int) -> WireError {
    guard length >= 0 else { return self.malformed("a length is \(length)") }
    let limit = self.serializer.limits.length
    return WireError(.tooLarge, "a length is \(length), more than \(limit)", offset: self.start)
  }

  @inline(never)
  func malformed(_ message: String) -> WireError {
    WireError(.malformed, message, offset: self.start)
  }
}
