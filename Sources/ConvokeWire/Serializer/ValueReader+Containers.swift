/// The operations that make, fill and close containers.
extension ValueReader {
  /// What is kept for a container while it is open.
  private static var openCost: Int { 2 * MemoryLayout<OpenContainer>.stride }

  /// Starts a list, and reads as many elements as there are before the first container in it.
  mutating func newList() throws(WireError) {
    let declared = try self.length()
    try self.charge(Self.arrayHeader + declared * MemoryLayout<WireValue>.stride)
    let items = try self.leadingScalars(of: declared)
    if !items.isEmpty, items.count == declared { return try self.push(.list(items), depth: 1) }
    try self.open(declared: declared)
    for item in items { try self.push(item) }
    self.top.end = self.stack.count
  }

  /// Starts a list or, with -1 for the number of elements, a dictionary.
  mutating func open(declared: Int) throws(WireError) {
    try self.charge(Self.openCost + Self.arrayHeader)
    try self.push(.none)
    if self.top.place >= 0 { self.outer.append(self.top) }
    let count = self.stack.count
    self.top = OpenContainer(place: count - 1, declared: declared, end: count)
  }

  /// Reads elements of a list, in order, as long as they are no containers.
  private mutating func leadingScalars(of declared: Int) throws(WireError) -> [WireValue] {
    var items: [WireValue] = []
    var index: Int32 = 0
    while index < declared {
      let (offset, memory) = (self.reader.offset, self.memory)
      guard self.reader.skip(Opcode.int, index) else { break }
      self.start = self.reader.offset
      if let item = try self.scalar(try self.reader.byte()), self.reader.skip(Opcode.setItem) {
        if index == 0 { items.reserveCapacity(min(declared, self.reader.remaining / 7 + 1)) }
        items.append(item)
        index += 1
      } else {
        self.reader.rewind(to: offset)
        self.memory = memory
        break
      }
    }
    return items
  }

  /// Makes the open container on top of the stack a value.
  mutating func closeTop() throws(WireError) {
    let container = self.top
    self.top = self.outer.popLast() ?? .absent
    self.memory += Self.openCost
    let first = container.place + 1
    let depth = try self.depth(from: first)
    if container.declared >= 0 {
      let items = self.stack.take(from: first, paddedTo: container.declared)
      self.stack[container.place] = .list(items)
    } else {
      try self.charge((container.end - first) * MemoryLayout<WireValue>.stride)
      self.stack[container.place] = .dictionary(self.stack.takePairs(from: first))
    }
    self.stack.setDepth(depth, at: container.place)
  }

  /// Puts the value on top into the container that lies under it and its key.
  mutating func setItem() throws(WireError) {
    if self.top.end == self.stack.count { try self.closeTop() }
    let end = self.top.end
    guard end >= 0, end == self.stack.count - 2 else {
      throw self.malformed("there is no list or dictionary to put an item into")
    }
    if self.top.declared >= 0 { return try self.setListItem() }
    guard self.stack.isHashable(at: end) else { throw self.unhashable(self.stack[end]) }
    self.top.end = end + 2
  }

  private mutating func setListItem() throws(WireError) {
    let (end, declared) = (self.top.end, self.top.declared)
    guard case .int(let key) = self.stack[end] else {
      throw self.malformed("the index of a list is of type \(self.stack[end].typeName)")
    }
    let index = key < 0 ? key + declared : key
    guard 0..<declared ~= index else {
      throw self.malformed("a list of \(declared) elements has none at \(key)")
    }
    self.stack.dropBelowTop()
    let place = self.top.place + 1 + index
    if place != end { try self.setOutOfOrder(place, end: end) }
    self.top.end = self.stack.count
  }

  /// Puts the value on top into a place of a list that is not the next one.
  private mutating func setOutOfOrder(_ place: Int, end: Int) throws(WireError) {
    let depth = self.stack.depth(at: end)
    let value = self.stack.pop()
    while self.stack.count <= place { try self.push(.none) }
    self.stack[place] = value
    self.stack.setDepth(depth, at: place)
  }

  /// Makes a tuple or a set of the values on top.
  mutating func build(_ opcode: UInt8) throws(WireError) {
    let count = try self.length()
    try self.charge(Self.arrayHeader + count * MemoryLayout<WireValue>.stride)
    if count > 0, self.top.end == self.stack.count { try self.closeTop() }
    if self.stack.count - count < max(0, self.top.end) { try self.closeTop(count) }
    let first = self.stack.count - count
    let depth = try self.depth(from: first)
    let items = self.stack.take(from: first, paddedTo: count)
    if opcode == Opcode.buildTuple { return try self.push(.tuple(items), depth: depth) }
    if let wrong = items.first(where: { !$0.isHashable }) { throw self.unhashable(wrong) }
    try self.push(opcode == Opcode.set ? .set(items) : .frozenSet(items), depth: depth)
  }

  /// Closes every open container among so many values on top.
  private mutating func closeTop(_ count: Int) throws(WireError) {
    var closed: [(value: WireValue, depth: UInt16)] = []
    for _ in 0..<count {
      if self.top.end == self.stack.count { try self.closeTop() }
      guard self.stack.count > 0 else {
        throw self.malformed("\(count) values should be on the stack and \(closed.count) are")
      }
      try self.charge(2 * MemoryLayout<(WireValue, UInt16)>.stride)
      let depth = self.stack.depth(at: self.stack.count - 1)
      closed.append((self.stack.pop(), depth))
    }
    for item in closed.reversed() { self.stack.push(item.value, depth: item.depth) }
    self.memory += count * 2 * MemoryLayout<(WireValue, UInt16)>.stride
  }

  /// The depth of a container of all values from a place on.
  private func depth(from first: Int) throws(WireError) -> UInt16 {
    let depth = self.stack.greatestDepth(from: first) + 1
    guard depth <= self.serializer.limits.depth else {
      let limit = self.serializer.limits.depth
      throw WireError(
        .tooDeep,
        "the value has more than \(limit) containers inside one another",
        offset: self.start
      )
    }
    return depth
  }

  private func unhashable(_ value: WireValue) -> WireError {
    let message = "a \(value.typeName) can be neither a key nor in a set"
    return WireError(.unhashable, message, offset: self.start)
  }
}
