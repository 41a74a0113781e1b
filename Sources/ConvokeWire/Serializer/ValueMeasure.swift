/// Counts the bytes of a value, and finds what cannot be written, before any byte is written.
struct ValueMeasure {
  private(set) var size = 0
  private let serializer: WireSerializer
  private let limits: WireLimits

  init(_ serializer: WireSerializer) {
    self.serializer = serializer
    self.limits = serializer.limits
  }

  /// Counts the operations of a value that is in so many containers.
  mutating func add(_ value: WireValue, depth: Int = 0) throws(WireError) {
    switch value {
    case .none, .bool: self.size &+= 1
    case .int(let value):
      self.size &+= Int32(exactly: value) == nil ? 5 &+ DecimalText.width(of: value) : 5
    case .float: self.size &+= 9
    case .complex: self.size &+= 17
    case .string(let text): try self.addBytes(text.utf8.count)
    case .bytes(let bytes), .python2String(let bytes): try self.addBytes(bytes.count)
    case .largeInteger(let value): try self.add(value)
    case .channel(let channel): try self.add(channel)
    case .list(let items):
      try self.enter(items.count, size: 5, depth: depth)
      for item in items {
        self.size &+= 6
        try self.add(item, depth: depth &+ 1)
      }
    case .dictionary(let pairs): try self.add(pairs, depth: depth)
    case .tuple(let items): try self.addAll(items, depth: depth)
    case .set(let items), .frozenSet(let items):
      for item in items { try self.checkHashable(item) }
      try self.addAll(items, depth: depth)
    }
  }

  private mutating func addAll(_ items: [WireValue], depth: Int) throws(WireError) {
    try self.enter(items.count, size: 5, depth: depth)
    for item in items { try self.add(item, depth: depth &+ 1) }
  }

  private mutating func add(_ pairs: [WireValue.Pair], depth: Int) throws(WireError) {
    try self.enter(pairs.count, size: 1 &+ pairs.count, depth: depth)
    for pair in pairs {
      try self.add(pair.key, depth: depth &+ 1)
      try self.checkHashable(pair.key)
      try self.add(pair.value, depth: depth &+ 1)
    }
  }

  private mutating func add(_ value: WireLargeInteger) throws(WireError) {
    guard value.digits <= self.limits.digits else {
      let message = "an integer has \(value.digits) digits, more than \(self.limits.digits)"
      throw WireError(.tooLarge, message)
    }
    try self.addBytes(value.decimal.utf8.count)
  }

  private mutating func add(_ channel: WireChannelReference) throws(WireError) {
    guard self.serializer.form == .message else {
      throw WireError(.channel, "channel \(channel.number) has no gateway here")
    }
    self.size &+= 5
  }

  private mutating func addBytes(_ length: Int) throws(WireError) {
    try self.checkLength(length)
    self.size &+= 5 &+ length
    try self.checkSize()
  }

  private mutating func enter(_ count: Int, size: Int, depth: Int) throws(WireError) {
    try self.checkLength(count)
    guard depth < self.limits.depth else {
      let limit = self.limits.depth
      throw WireError(.tooDeep, "the value has more than \(limit) containers inside one another")
    }
    self.size &+= size
    try self.checkSize()
  }

  private func checkLength(_ length: Int) throws(WireError) {
    guard length <= self.limits.length else {
      throw WireError(.tooLarge, "a length is \(length), more than \(self.limits.length)")
    }
  }

  /// Checks what has been counted; a value may hold the same array a thousand times.
  private func checkSize() throws(WireError) {
    guard self.size <= self.limits.memory else {
      throw WireError(.tooLarge, "the value takes more than \(self.limits.memory) bytes")
    }
  }

  private func checkHashable(_ value: WireValue) throws(WireError) {
    guard value.isHashable else {
      let message = "a \(value.typeName) can be neither a key nor in a set"
      throw WireError(.unhashable, message)
    }
  }
}
