/// The operands of the machine that reads values, each with the depth of what it contains.
///
/// Values move in and out without being copied. The first ones lie in memory that is lent by whoever
/// makes the stack, who keeps it in place as long as the stack is used.
@safe struct ValueStack: ~Copyable {
  /// How many values there are.
  private(set) var count = 0
  /// How many values there is room for.
  private(set) var capacity: Int
  private var values: UnsafeMutablePointer<WireValue>
  private var depths: UnsafeMutablePointer<UInt16>
  private var isLent = true

  /// The bytes that a value takes here.
  static var stride: Int { MemoryLayout<WireValue>.stride + MemoryLayout<UInt16>.stride }
  /// The bytes of memory that are lent.
  static var lentSize: Int { 1024 }

  /// Makes an empty one in memory of ``lentSize`` bytes, aligned to 16.
  init(_ memory: UnsafeMutableRawPointer) {
    let capacity = Self.lentSize / Self.stride
    self.capacity = capacity
    unsafe self.values = memory.bindMemory(to: WireValue.self, capacity: capacity)
    let rest = unsafe memory + capacity * MemoryLayout<WireValue>.stride
    unsafe self.depths = rest.bindMemory(to: UInt16.self, capacity: capacity)
  }

  deinit {
    unsafe self.values.deinitialize(count: self.count)
    self.deallocate()
  }

  private func deallocate() {
    if self.isLent { return }
    unsafe self.values.deallocate()
    unsafe self.depths.deallocate()
  }

  /// Makes room for more values.
  mutating func grow(to capacity: Int) {
    precondition(capacity > self.capacity)
    let values = UnsafeMutablePointer<WireValue>.allocate(capacity: capacity)
    unsafe values.moveInitialize(from: self.values, count: self.count)
    let depths = UnsafeMutablePointer<UInt16>.allocate(capacity: capacity)
    unsafe depths.moveInitialize(from: self.depths, count: self.count)
    self.deallocate()
    unsafe self.values = values
    unsafe self.depths = depths
    self.isLent = false
    self.capacity = capacity
  }

  /// Whether there is room for one more value.
  var hasRoom: Bool { self.count < self.capacity }

  /// Puts a value on top; there must be room for it.
  @inline(__always)
  mutating func push(_ value: consuming WireValue, depth: UInt16 = 0) {
    precondition(self.count < self.capacity)
    unsafe (self.values + self.count).initialize(to: value)
    unsafe self.depths[self.count] = depth
    self.count &+= 1
  }

  /// Takes the value on top.
  mutating func pop() -> WireValue {
    precondition(self.count > 0)
    self.count &-= 1
    return unsafe (self.values + self.count).move()
  }

  /// Drops the value below the one on top.
  mutating func dropBelowTop() {
    precondition(self.count > 1)
    self.count &-= 1
    let place = unsafe self.values + (self.count &- 1)
    unsafe place.pointee = (place + 1).move()
    unsafe self.depths[self.count &- 1] = self.depths[self.count]
  }

  /// Takes all values from a position on, in their order, and none for those that are missing.
  mutating func take(from start: Int, paddedTo length: Int) -> [WireValue] {
    precondition(0...self.count ~= start && length >= self.count - start)
    let given = self.count - start
    self.count = start
    let first = unsafe self.values + start
    if given == length, let items = unsafe Self.literal(first, length) { return items }
    var items: [WireValue] = []
    items.append(addingCapacity: length) { output in
      unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
        unsafe buffer.baseAddress?.moveInitialize(from: first, count: given)
        unsafe buffer[given...].initialize(repeating: .none)
        initialized = length
      }
    }
    return items
  }

  /// Takes all values from a position on, as pairs of a key and a value.
  mutating func takePairs(from start: Int) -> [WireValue.Pair] {
    precondition(0...self.count ~= start && (self.count - start).isMultiple(of: 2))
    // A pair is two values, one after the other.
    precondition(MemoryLayout<WireValue.Pair>.stride == 2 * MemoryLayout<WireValue>.stride)
    let length = (self.count - start) / 2
    self.count = start
    return unsafe (self.values + start).withMemoryRebound(
      to: WireValue.Pair.self,
      capacity: length
    ) { first in
      if let pairs = unsafe Self.literal(first, length) { return pairs }
      var pairs: [WireValue.Pair] = []
      pairs.append(addingCapacity: length) { output in
        unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
          unsafe buffer.baseAddress?.moveInitialize(from: first, count: length)
          initialized = length
        }
      }
      return pairs
    }
  }

  /// How many elements are taken as a literal, which is allocated in a third of the time of others.
  static var few: Int { 4 }

  /// Takes up to ``few`` elements.
  @inline(__always)
  private static func literal<Element>(
    _ first: UnsafeMutablePointer<Element>,
    _ count: Int
  ) -> [Element]? {
    switch count {
    case 0: []
    case 1: unsafe [first.move()]
    case 2: unsafe [first.move(), (first + 1).move()]
    case 3: unsafe [first.move(), (first + 1).move(), (first + 2).move()]
    case 4: unsafe [first.move(), (first + 1).move(), (first + 2).move(), (first + 3).move()]
    default: nil
    }
  }

  /// The value at a position, and its depth.
  subscript(index: Int) -> WireValue {
    get {
      precondition(0..<self.count ~= index)
      return unsafe self.values[index]
    }
    set {
      precondition(0..<self.count ~= index)
      unsafe self.values[index] = newValue
    }
  }

  /// Whether there are two values and the lower one is text.
  @inline(__always)
  var isTextBelowTop: Bool {
    guard self.count >= 2, case .string = unsafe self.values[self.count &- 2] else { return false }
    return true
  }

  /// The depth of the value on top.
  @inline(__always)
  var depthOfTop: UInt16 {
    precondition(self.count > 0)
    return unsafe self.depths[self.count &- 1]
  }

  /// Whether the value at a position is hashable.
  func isHashable(at index: Int) -> Bool {
    precondition(0..<self.count ~= index)
    return unsafe self.values[index].isHashable
  }

  /// The depth of the value at a position: 0 if it is no container.
  @inline(__always)
  func depth(at index: Int) -> UInt16 {
    precondition(0..<self.count ~= index)
    return unsafe self.depths[index]
  }

  /// Sets the depth of the value at a position.
  mutating func setDepth(_ depth: UInt16, at index: Int) {
    precondition(0..<self.count ~= index)
    unsafe self.depths[index] = depth
  }
}
