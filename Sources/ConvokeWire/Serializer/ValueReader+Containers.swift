/// The operations that make, fill and close containers.
extension ValueReader {
  /// What is kept for a container while it is open.
  private static var openCost: Int { 2 * MemoryLayout<OpenContainer>.stride }

  /// Starts a list, and reads as many elements as there are before the first container in it.
  mutating func newList() throws(WireError) {
    let declared = try self.length()
    try self.charge(Self.arrayHeader + declared * MemoryLayout<WireValue>.stride)
    let items = try self.leadingScalars(of: declared)
    if !items.isEmpty, items.count == declared {
      return try self.pushContainer(.list(items), depth: try self.checkedDepth(1))
    }
    try self.open(declared: declared)
    for item in items { try self.push(item) }
    self.top.end = self.stack.count
  }

  /// Starts a list or, with -1 for the number of elements, a dictionary.
  mutating func open(declared: Int) throws(WireError) {
    try self.charge(Self.openCost + Self.arrayHeader)
    try self.push(.none)
    if self.top.place >= 0 { self.outer.push(self.top) }
    let count = self.stack.count
    self.top = OpenContainer(place: count - 1, declared: declared, end: count)
  }

  /// Reads elements of a list, in order, as long as they are no containers.
  private mutating func leadingScalars(of declared: Int) throws(WireError) -> [WireValue] {
    if declared <= ValueStack.few {
      let first = self.stack.count
      while let item = try self.leadingScalar(Int32(self.stack.count - first), of: declared) {
        try self.push(item)
      }
      return self.stack.take(from: first, paddedTo: self.stack.count - first)
    }
    var items: [WireValue] = []
    guard let first = try self.leadingScalar(0, of: declared) else { return items }
    // No element takes less than seven bytes.
    let room = min(declared, self.reader.remaining / 7 + 1)
    try items.append(addingCapacity: room) { output throws(WireError) in
      output.append(first)
      while !output.isFull,
        let item = try self.leadingScalar(Int32(output.count), of: declared)
      {
        output.append(item)
      }
    }
    return items
  }

  /// Reads the element of that index, unless it is a container or there is none.
  @inline(__always)
  private mutating func leadingScalar(
    _ index: Int32,
    of declared: Int
  ) throws(WireError) -> WireValue? {
    guard index < declared else { return nil }
    let (offset, memory) = (self.reader.offset, self.memory)
    guard self.reader.skip(Opcode.int, index) else { return nil }
    self.reader.mark()
    let item = try self.scalar(try self.reader.byte())
    if let item, self.reader.skip(Opcode.setItem) { return item }
    self.reader.rewind(to: offset)
    self.memory = memory
    return nil
  }

  /// Makes the open container on top of the stack a value.
  mutating func closeTop() throws(WireError) {
    let container = self.top
    self.top = self.outer.pop()
    self.memory += Self.openCost
    let first = container.place + 1
    let depth = try self.checkedDepth(container.depth + 1)
    if container.declared >= 0 {
      let items = self.stack.take(from: first, paddedTo: container.declared)
      self.stack[container.place] = .list(items)
    } else {
      try self.charge((container.end - first) * MemoryLayout<WireValue>.stride)
      self.stack[container.place] = .dictionary(self.stack.takePairs(from: first))
    }
    self.stack.setDepth(depth, at: container.place)
    self.loose += 1
  }

  /// Puts the value on top into the container that lies under it and its key.
  @inline(never)
  mutating func setItem() throws(WireError) {
    if self.top.end == self.stack.count { try self.closeTop() }
    let end = self.top.end
    guard end >= 0, end == self.stack.count &- 2 else {
      throw self.malformed("there is no list or dictionary to put an item into")
    }
    if self.loose > 0 { self.takeDepth() }
    if self.top.declared >= 0 { return try self.setListItem() }
    guard self.stack.isHashable(at: end) else { throw self.unhashable(self.stack[end]) }
    self.top.end = end &+ 2
  }

  /// Lets the open container know how deep its new key and value are.
  @inline(__always)
  mutating func takeDepth() {
    var depth = self.stack.depthOfTop
    if self.loose == 1, depth > 0 {
      self.loose = 0
    } else {
      depth = self.greatestDepth(from: self.stack.count &- 2)
    }
    self.top.depth = max(self.top.depth, depth)
  }

  /// The greatest depth of the values from a place on, which go into one container now.
  private mutating func greatestDepth(from first: Int) -> UInt16 {
    var greatest: UInt16 = 0
    for place in first..<self.stack.count {
      let depth = self.stack.depth(at: place)
      if depth > 0 { self.loose -= 1 }
      greatest = max(greatest, depth)
    }
    return greatest
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
    let value = self.stack.pop()
    while self.stack.count <= place { try self.push(.none) }
    self.stack[place] = value
  }

  /// Makes a tuple or a set of the values on top.
  mutating func build(_ opcode: UInt8) throws(WireError) {
    let count = try self.length()
    try self.charge(Self.arrayHeader + count * MemoryLayout<WireValue>.stride)
    if count > 0, self.top.end == self.stack.count { try self.closeTop() }
    if self.stack.count - count < max(0, self.top.end) { try self.closeTop(count) }
    let first = self.stack.count - count
    let depth = try self.checkedDepth(self.loose > 0 ? self.greatestDepth(from: first) + 1 : 1)
    let items = self.stack.take(from: first, paddedTo: count)
    if opcode == Opcode.buildTuple { return try self.pushContainer(.tuple(items), depth: depth) }
    if let wrong = items.first(where: { !$0.isHashable }) { throw self.unhashable(wrong) }
    try self.pushContainer(opcode == Opcode.set ? .set(items) : .frozenSet(items), depth: depth)
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

  /// The depth of a container, if it is not too deep.
  @inline(__always)
  private func checkedDepth(_ depth: UInt16) throws(WireError) -> UInt16 {
    guard depth <= self.serializer.limits.depth else { throw self.depthError() }
    return depth
  }

  @inline(never)
  private func depthError() -> WireError {
    let limit = self.serializer.limits.depth
    let message = "the value has more than \(limit) containers inside one another"
    return WireError(.tooDeep, message, offset: self.start)
  }

  private func unhashable(_ value: WireValue) -> WireError {
    let message = "a \(value.typeName) can be neither a key nor in a set"
    return WireError(.unhashable, message, offset: self.start)
  }
}
