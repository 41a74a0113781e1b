import ConvokeGateway
import ConvokeProcess

/// What waits to be sent to the standard input of a process, and who waits for that.
struct InputQueue {
  /// What to send next.
  enum Next {
    /// These bytes; the writer is done with them.
    case bytes([UInt8], CheckedContinuation<Bool, Never>?)
    /// The end of the input.
    case end
    /// Nothing now; whoever sends stops.
    case nothing
  }

  private struct Piece {
    var bytes: ArraySlice<UInt8>
    var writer: CheckedContinuation<Bool, Never>?
  }

  /// The bytes that a worker takes before it says that it has written some (docs/services.md).
  private static let window = 1 << 20
  /// The most bytes in an item, so that others get their turn.
  private static let itemSize = 64 << 10

  private var pieces: [Piece] = []
  private var credit = Self.window
  private var isEnding = false
  private var isClosed = false
  private var isSending = false
  /// The file that the input comes from, opened before the start.
  var file: Int32 = -1
  /// Gives up the start.
  var timer: ReactorTimer?

  /// Whether there is more than was written, as far as the worker has told.
  var hasLeft: Bool { !self.pieces.isEmpty || self.credit < Self.window }

  /// Adds bytes; `false` if nobody will read them.
  mutating func add(_ bytes: [UInt8], _ writer: CheckedContinuation<Bool, Never>? = nil) -> Bool {
    if self.isClosed || self.isEnding { return false }
    self.pieces.append(Piece(bytes: bytes[...], writer: writer))
    return true
  }

  /// Notes that nothing more comes.
  mutating func end() { self.isEnding = true }

  /// Notes that the worker takes more.
  mutating func grant(_ bytes: Int) { self.credit += bytes }

  /// Whether the caller is to send, because nobody does.
  mutating func beginSending() -> Bool {
    if self.isSending || self.isClosed || !self.hasWork { return false }
    self.isSending = true
    return true
  }

  private var hasWork: Bool {
    self.pieces.isEmpty ? self.isEnding : self.credit > 0
  }

  mutating func next() -> Next {
    guard !self.isClosed, self.hasWork else {
      self.isSending = false
      return .nothing
    }
    guard let piece = self.pieces.first else {
      self.isClosed = true
      self.isSending = false
      return .end
    }
    let bytes = piece.bytes.prefix(min(self.credit, Self.itemSize))
    self.credit -= bytes.count
    let rest = piece.bytes.dropFirst(bytes.count)
    if rest.isEmpty {
      self.pieces.removeFirst()
      return .bytes(Array(bytes), piece.writer)
    }
    self.pieces[0].bytes = rest
    return .bytes(Array(bytes), nil)
  }

  /// Ends it; hands out who waits.
  mutating func close() -> [CheckedContinuation<Bool, Never>] {
    self.isClosed = true
    let writers = self.pieces.compactMap(\.writer)
    for index in self.pieces.indices { self.pieces[index].writer = nil }
    return writers
  }
}
