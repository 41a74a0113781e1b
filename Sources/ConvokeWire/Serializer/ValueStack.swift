/// The operands of the machine that reads values, each with the depth of what it contains.
///
/// Values move in and out without being copied.
@safe struct ValueStack: ~Copyable {
  /// How many values there are.
  private(set) var count = 0
  /// How many values there is room for.
  private(set) var capacity: Int
  private var values: UnsafeMutablePointer<WireValue>
  private var depths: UnsafeMutablePointer<UInt16>

  /// The bytes that a value takes here.
  static let stride = MemoryLayout<WireValue>.stride + MemoryLayout<UInt16>.stride

  init(capacity: Int) {
    self.capacity = capacity
    unsafe self.values = .allocate(capacity: capacity)
    unsafe self.depths = .allocate(capacity: capacity)
  }

  deinit {
    unsafe self.values.deinitialize(count: self.count)
    unsafe self.values.deallocate()
    unsafe self.depths.deallocate()
  }

  /// Makes room for more values.
  mutating func grow(to capacity: Int) {
    precondition(capacity > self.capacity)
    let values = UnsafeMutablePointer<WireValue>.allocate(capacity: capacity)
    unsafe values.moveInitialize(from: self.values, count: self.count)
    unsafe self.values.deallocate()
    unsafe self.values = values
    let depths = UnsafeMutablePointer<UInt16>.allocate(capacity: capacity)
    unsafe depths.moveInitialize(from: self.depths, count: self.count)
    unsafe self.depths.deallocate()
    unsafe self.depths = depths
    self.capacity = capacity
  }

  /// Puts a value on top; there must be room for it.
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
    guard length > 0 else { return [] }
    var items: [WireValue] = []
    items.append(addingCapacity: length) { output in
      unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
        unsafe buffer.baseAddress?.moveInitialize(from: self.values + start, count: given)
        unsafe buffer[given...].initialize(repeating: .none)
        initialized = length
      }
    }
    return items
  }

  /// Takes all values from a position on, as pairs of a key and a value.
  mutating func takePairs(from start: Int) -> [WireValue.Pair] {
    precondition(0...self.count ~= start && (self.count - start).isMultiple(of: 2))
    let length = (self.count - start) / 2
    self.count = start
    guard length > 0 else { return [] }
    var pairs: [WireValue.Pair] = []
    pairs.append(addingCapacity: length) { output in
      for index in 0..<length {
        let place = unsafe self.values + start + 2 * index
        output.append(unsafe WireValue.Pair(place.move(), (place + 1).move()))
      }
    }
    return pairs
  }

  /// The greatest depth of the values from a position on.
  func greatestDepth(from start: Int) -> UInt16 {
    precondition(0...self.count ~= start)
    var greatest: UInt16 = 0
    for index in start..<self.count { greatest = unsafe max(greatest, self.depths[index]) }
    return greatest
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

  /// Whether the value at a position is hashable.
  func isHashable(at index: Int) -> Bool {
    precondition(0..<self.count ~= index)
    return unsafe self.values[index].isHashable
  }

  /// The depth of the value at a position.
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
