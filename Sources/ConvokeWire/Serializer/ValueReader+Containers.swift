/// The operations that make, fill and close containers.
extension ValueReader {
  /// What is kept for a container while it is open.
  private static var openCost: Int { 2 * MemoryLayout<OpenContainer>.stride }

  mutating func open(declared: Int?) throws(WireError) {
    let elements = (declared ?? 0) * MemoryLayout<WireValue>.stride
    try self.charge(Self.openCost + Self.arrayHeader + elements)
    try self.push(.none)
    let count = self.stack.count
    self.containers.append(OpenContainer(place: count - 1, declared: declared, end: count))
  }

  /// Makes the container on top of the stack a value, if there is an open one.
  mutating func closeTop() throws(WireError) {
    guard let container = self.containers.last, container.end == self.stack.count else { return }
    self.containers.removeLast()
    self.memory += Self.openCost
    let first = container.place + 1
    let depth = try self.depth(from: first)
    if let declared = container.declared {
      self.stack[container.place] = .list(self.stack.take(from: first, paddedTo: declared))
    } else {
      try self.charge((container.end - first) * MemoryLayout<WireValue>.stride)
      self.stack[container.place] = .dictionary(self.stack.takePairs(from: first))
    }
    self.stack.setDepth(depth, at: container.place)
  }

  /// Puts the value on top into the container that lies under it and its key.
  mutating func setItem() throws(WireError) {
    try self.closeTop()
    let end = self.stack.count - 2
    guard let container = self.containers.last, container.end == end else {
      throw self.malformed("there is no list or dictionary to put an item into")
    }
    if let declared = container.declared {
      try self.setListItem(container, declared: declared)
    } else {
      guard self.stack[end].isHashable else { throw self.unhashable(self.stack[end]) }
      self.containers[self.containers.count - 1].end = end + 2
    }
  }

  private mutating func setListItem(
    _ container: OpenContainer,
    declared: Int
  ) throws(WireError) {
    let end = container.end
    guard case .int(let key) = self.stack[end] else {
      throw self.malformed("the index of a list is of type \(self.stack[end].typeName)")
    }
    let index = key < 0 ? key + declared : key
    guard 0..<declared ~= index else {
      throw self.malformed("a list of \(declared) elements has none at \(key)")
    }
    self.stack.dropBelowTop()
    let place = container.place + 1 + index
    if place == end {
      self.containers[self.containers.count - 1].end = end + 1
    } else {
      try self.setOutOfOrder(place, end: end)
    }
  }

  /// Puts the value on top into a place of a list that is not the next one.
  private mutating func setOutOfOrder(_ place: Int, end: Int) throws(WireError) {
    let depth = self.stack.depth(at: end)
    let value = self.stack.pop()
    while self.stack.count <= place { try self.push(.none) }
    self.stack[place] = value
    self.stack.setDepth(depth, at: place)
    self.containers[self.containers.count - 1].end = self.stack.count
  }

  /// Makes a tuple or a set of the values on top.
  mutating func build(_ opcode: Opcode) throws(WireError) {
    let count = try self.length()
    try self.charge(Self.arrayHeader + count * MemoryLayout<WireValue>.stride)
    try self.closeTop()
    let limit = self.containers.last?.end ?? 0
    if self.stack.count - count < limit { try self.closeTop(count) }
    let first = self.stack.count - count
    let depth = try self.depth(from: first)
    let items = self.stack.take(from: first, paddedTo: count)
    if opcode == .buildTuple { return try self.push(.tuple(items), depth: depth) }
    if let wrong = items.first(where: { !$0.isHashable }) { throw self.unhashable(wrong) }
    try self.push(opcode == .set ? .set(items) : .frozenSet(items), depth: depth)
  }

  /// Closes every open container among so many values on top.
  private mutating func closeTop(_ count: Int) throws(WireError) {
    var closed: [(value: WireValue, depth: UInt16)] = []
    for _ in 0..<count {
      try self.closeTop()
      guard self.stack.count > 0 else {
        throw self.malformed("\(count) values should be on the stack and \(closed.count) are")
      }
      try self.charge(MemoryLayout<(WireValue, UInt16)>.stride)
      let depth = self.stack.depth(at: self.stack.count - 1)
      closed.append((self.stack.pop(), depth))
    }
    for item in closed.reversed() { self.stack.push(item.value, depth: item.depth) }
    self.memory += count * MemoryLayout<(WireValue, UInt16)>.stride
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
