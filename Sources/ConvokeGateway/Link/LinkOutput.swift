/// What waits to be written on a link, and who writes it; pure.
struct LinkOutput {
  /// What somebody who added bytes has to do.
  enum Next { case nothing, write, writeLater, refused }
  /// What whoever writes has to do.
  enum Piece { case piece, done(isClosing: Bool), closed }

  /// How long after a write the next one is left to the reactor.
  private static let busyTime = Duration.microseconds(20)
  /// Larger buffers are given back to the system after use.
  private static let keptCapacity = 4 << 20

  /// What is being written, from `written` on.
  private(set) var current: [UInt8] = []
  private(set) var written = 0
  /// Whether the descriptor is not to be used by anybody who comes now.
  private(set) var isClosed = false
  /// Whether the reactor watches the descriptor.
  var isWatched = false
  /// Whether the next write is taken for the only answer to what was just read.
  var isExpected = false

  private var added: [UInt8] = []
  private var isBusy = false
  private var holds = 0
  private var isWriting = false
  private var isClosing = false
  private var lastWrite = ContinuousClock.now
  private var waiters: [(limit: Int, resume: @Sendable () -> Void)] = []

  /// How many bytes wait.
  var size: Int { self.added.count + self.current.count - self.written }

  /// Adds bytes.
  mutating func add(_ fill: (inout [UInt8]) -> Void) -> Next {
    if self.isClosed || self.isClosing { return .refused }
    fill(&self.added)
    if self.isBusy || self.holds > 0 || self.added.isEmpty { return .nothing }
    self.isBusy = true
    if self.isExpected {
      self.isExpected = false
      return .write
    }
    return ContinuousClock.now - self.lastWrite < Self.busyTime ? .writeLater : .write
  }

  /// Lets what is added wait for more, until as many calls of ``release()``.
  mutating func hold() { self.holds += 1 }

  /// Ends a hold; whether the caller has to write what has been added.
  mutating func release() -> Bool {
    self.holds -= 1
    if self.holds > 0 || self.isBusy || self.isClosed || self.added.isEmpty { return false }
    self.isBusy = true
    return true
  }

  /// Says that nothing more will be added; whether the caller has to write what is left.
  mutating func beginClosing() -> Bool {
    if self.isClosed || self.isClosing { return false }
    self.isClosing = true
    defer { self.isBusy = true }
    return !self.isBusy
  }

  /// Prepares the next piece, if there is any.
  mutating func nextPiece() -> Piece {
    if self.isClosed { return .closed }
    if self.written == self.current.count {
      // The two buffers take turns, so that their memory is used again.
      self.current.removeAll(keepingCapacity: self.current.capacity <= Self.keptCapacity)
      self.written = 0
      swap(&self.current, &self.added)
    }
    self.isBusy = !self.current.isEmpty || self.isClosing
    self.isWriting = !self.current.isEmpty
    return self.current.isEmpty ? .done(isClosing: self.isClosing) : .piece
  }

  /// Notes what a write came to; hands out who waited for it.
  mutating func didWrite(_ count: Int) -> [@Sendable () -> Void] {
    self.isWriting = false
    if self.isClosed { return [] }
    self.written += count
    self.lastWrite = .now
    if self.waiters.isEmpty { return [] }
    let size = self.size
    defer { self.waiters.removeAll { size < $0.limit } }
    return self.waiters.filter { size < $0.limit }.map(\.resume)
  }

  /// Notes who waits; `false` if there is nothing to wait for.
  mutating func wait(below limit: Int, _ resume: @escaping @Sendable () -> Void) -> Bool {
    if self.isClosed || self.size < limit { return false }
    self.waiters.append((limit, resume))
    return true
  }

  /// Ends the output; whether the caller has to close the descriptor, and who waited.
  mutating func close() -> (isMine: Bool, waiters: [@Sendable () -> Void]) {
    if self.isClosed { return (false, []) }
    self.isClosed = true
    self.current = []
    self.added = []
    self.written = 0
    defer { self.waiters = [] }
    return (!self.isWriting, self.waiters.map(\.resume))
  }
}
