/// The machine that reads a value: a stack, and one operation a byte.
///
/// A list or dictionary that is being filled is *open*: its elements lie on the stack, right above
/// an empty place for the container itself, and move into one allocation when it is used or the
/// value ends. So nothing recurs, however deep a value is.
struct ValueReader: ~Copyable {
  var reader: ByteReader
  var stack: ValueStack
  var texts: ShortTexts
  /// The open container that was opened last.
  var top = OpenContainer.absent
  /// The open containers that were opened before it.
  var outer: OuterContainers
  let serializer: WireSerializer
  /// The bytes of memory that may still be taken.
  var memory: Int
  /// How many containers on the stack are whole and in no open container yet.
  var loose = 0
  /// Where the current operation starts.
  var start: Int { self.reader.markedOffset }

  /// Makes a machine with parts that are empty.
  private init(
    _ reader: ByteReader,
    _ serializer: WireSerializer,
    stack: consuming ValueStack,
    texts: consuming ShortTexts,
    outer: consuming OuterContainers
  ) {
    self.reader = reader
    self.serializer = serializer
    self.stack = stack
    self.texts = texts
    self.outer = outer
    self.memory = serializer.limits.memory
  }

  /// Reads a value; hands out how many bytes have been read, too.
  static func read(
    _ reader: ByteReader,
    _ serializer: WireSerializer
  ) throws(WireError) -> (value: WireValue, count: Int) {
    try unsafe self.withMemory(ValueStack.lentSize) { stack throws(WireError) in
      try unsafe self.withMemory(ShortTexts.lentSize) { texts throws(WireError) in
        try unsafe self.withMemory(OuterContainers.lentSize) { outer throws(WireError) in
          var machine = unsafe ValueReader(
            reader,
            serializer,
            stack: ValueStack(stack),
            texts: ShortTexts(texts),
            outer: OuterContainers(outer)
          )
          let value = try machine.value()
          return (value, machine.reader.offset)
        }
      }
    }
  }

  /// Lends memory on the stack of the thread, where up to 1024 bytes at once find room.
  @inline(__always)
  private static func withMemory<Answer>(
    _ size: Int,
    _ body: (UnsafeMutableRawPointer) throws(WireError) -> Answer
  ) throws(WireError) -> Answer {
    try unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) {
      memory throws(WireError) in
      guard let memory = memory.baseAddress else { preconditionFailure("there is memory") }
      return try unsafe body(memory)
    }
  }

  /// Reads operations up to the end of the value.
  mutating func value() throws(WireError) -> WireValue {
    while true {
      self.reader.mark()
      let opcode = try self.reader.byte()
      switch opcode {
      case Opcode.int: try self.push(.int(Int(try self.reader.int32())))
      case Opcode.python3String: try self.push(try self.python3String())
      case Opcode.newList: try self.newList()
      case Opcode.newDictionary: try self.open(declared: -1)
      case Opcode.buildTuple, Opcode.set, Opcode.frozenSet: try self.build(opcode)
      case Opcode.setItem: try self.setItem()
      case Opcode.stop: return try self.result()
      default: try self.pushScalar(opcode)
      }
      // What goes into a dictionary mostly does so at once.
      if self.reader.skip(Opcode.setItem) { try self.setNextItem() }
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

  /// Puts the value on top where it belongs, after the operation that asks for it.
  @inline(__always)
  private mutating func setNextItem() throws(WireError) {
    if self.top.declared < 0, self.top.end == self.stack.count &- 2, self.stack.isTextBelowTop {
      if self.loose > 0 { self.takeDepth() }
      self.top.end = self.stack.count
    } else {
      self.reader.mark(back: 1)
      try self.setItem()
    }
  }

  @inline(__always)
  mutating func push(_ value: consuming WireValue) throws(WireError) {
    guard self.stack.hasRoom else { return try self.pushGrowing(value) }
    self.stack.push(value)
  }

  @inline(never)
  private mutating func pushGrowing(_ value: consuming WireValue) throws(WireError) {
    try self.growStack()
    self.stack.push(value)
  }

  /// Puts a container on the stack that is in no other one yet.
  mutating func pushContainer(
    _ value: consuming WireValue,
    depth: UInt16
  ) throws(WireError) {
    if !self.stack.hasRoom { try self.growStack() }
    self.stack.push(value, depth: depth)
    self.loose &+= 1
  }

  @inline(never)
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
