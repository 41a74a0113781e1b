/// Cuts a stream of bytes into frames, however the stream comes in pieces.
///
/// What it holds is at most what has been fed and not taken, and the room for the frame that is
/// coming, which never grows beyond twice what has arrived of it or 1 MiB. After an error it gives the same
/// error again: nobody knows where the next frame starts.
public struct FrameDecoder: Sendable {
  /// The longest payload that is accepted.
  public let limit: Int

  /// The bytes that have not been taken, from `start` on.
  private var bytes: [UInt8] = []
  private var start = 0
  /// Where in the stream `bytes` starts.
  private var base = 0
  /// A long frame whose payload is being gathered.
  private var pending: Pending?
  private var failure: WireError?

  /// A frame whose header is known.
  private struct Pending {
    var frame: Frame
    var length: Int
  }

  /// Payloads from this length on are gathered where they stay.
  private static let longPayload = 64 << 10
  /// The room that a long payload is given at once, if it needs so much.
  private static let firstRoom = 1 << 20
  /// More room than this is not kept when it is not used.
  private static let kept = 1 << 20

  /// Makes a decoder.
  ///
  /// - Parameter limit: The longest payload that is accepted, in bytes.
  public init(limit: Int = 256 << 20) {
    self.limit = limit
  }

  /// Takes a piece of the stream.
  ///
  /// - Parameter piece: The next bytes, of any number.
  public mutating func feed(_ piece: [UInt8]) {
    self.feed(piece.span)
  }

  /// Takes a piece of the stream.
  ///
  /// - Parameter piece: The next bytes, of any number.
  public mutating func feed(_ piece: Span<UInt8>) {
    let taken = self.start == self.bytes.count ? self.gather(piece, from: 0) : 0
    self.base += taken
    guard taken < piece.count, self.failure == nil else { return }
    if self.start > 0, self.start >= self.bytes.count / 2 { self.compact() }
    self.bytes.append(piece, from: taken, count: piece.count - taken)
  }

  /// Gives the next frame.
  ///
  /// - Returns: The frame, or `nil` if it has not all been fed.
  /// - Throws: ``WireError`` with code `tooLarge` or `malformed`, and then always.
  public mutating func next() throws(WireError) -> Frame? {
    if let failure = self.failure { throw failure }
    if self.pending == nil {
      guard let header = try self.header() else { return nil }
      self.pending = header
    }
    guard var pending = self.pending.take() else { return nil }
    if pending.length - pending.frame.payload.count <= self.bytes.count - self.start {
      self.complete(&pending)
      return pending.frame
    }
    self.pending = pending
    if pending.length >= Self.longPayload { self.gatherLeft() }
    return nil
  }

  /// Says that the stream has ended.
  ///
  /// - Throws: ``WireError`` with code `truncated` if it ends within a frame, or the error that
  ///   ``next()`` has thrown.
  public func finish() throws(WireError) {
    if let failure = self.failure { throw failure }
    let left = self.bytes.count - self.start
    if let pending = self.pending {
      let got = pending.frame.payload.count + left
      let message = "the stream ends after \(got) of \(pending.length) bytes of a payload"
      throw WireError(.truncated, message, offset: self.position + left)
    }
    guard left == 0 else {
      let message = "the stream ends after \(left) of \(Frame.headerLength) bytes of a header"
      throw WireError(.truncated, message, offset: self.position + left)
    }
  }

  /// How many bytes of the stream have been taken.
  private var position: Int { self.base + self.start }

  /// Reads a header, if there is a whole one.
  private mutating func header() throws(WireError) -> Pending? {
    guard self.bytes.count - self.start >= Frame.headerLength else { return nil }
    let code = MessageCode(rawValue: Int8(bitPattern: self.bytes[self.start]))
    let channel = self.int32(at: self.start + 1)
    let length = Int(self.int32(at: self.start + 5))
    guard length >= 0 else {
      throw self.fail(.malformed, "a frame (\(code)) has the length \(length)")
    }
    guard length <= self.limit else {
      throw self.fail(.tooLarge, "a frame (\(code)) of \(length) bytes is over \(self.limit)")
    }
    self.start += Frame.headerLength
    return Pending(frame: Frame(code, channel: channel), length: length)
  }

  private mutating func fail(_ code: WireError.Code, _ message: String) -> WireError {
    let error = WireError(code, message, offset: self.position)
    self.failure = error
    self.bytes = []
    self.start = 0
    return error
  }

  private func int32(at index: Int) -> Int32 {
    (index..<index + 4).reduce(0) { $0 << 8 | Int32(self.bytes[$1]) }
  }
}

// MARK: - Payloads

extension FrameDecoder {
  /// Moves the rest of a payload, which is all there, into its frame.
  private mutating func complete(_ pending: inout Pending) {
    let end = self.start + pending.length - pending.frame.payload.count
    if pending.frame.payload.isEmpty {
      pending.frame.payload = [UInt8](self.bytes[self.start..<end])
    } else {
      pending.frame.payload += self.bytes[self.start..<end]
    }
    self.start = end
    if self.start == self.bytes.count { self.compact() }
  }

  /// Moves all that there is into the frame of a long payload, which needs more.
  private mutating func gatherLeft() {
    let left = self.bytes
    let first = self.start
    self.base += self.start
    self.bytes = []
    self.start = 0
    self.base += self.gather(left.span, from: first)
  }

  /// Appends bytes of a piece to the long payload that is being gathered.
  ///
  /// - Returns: How many bytes were appended.
  private mutating func gather(_ piece: Span<UInt8>, from first: Int) -> Int {
    guard let length = self.pending?.length, length >= Self.longPayload else { return 0 }
    guard var pending = self.pending.take() else { return 0 }
    let count = min(length - pending.frame.payload.count, piece.count - first)
    let needed = pending.frame.payload.count + count
    if needed > pending.frame.payload.capacity {
      pending.frame.payload.reserveCapacity(min(length, max(Self.firstRoom, 2 * needed)))
    }
    pending.frame.payload.append(piece, from: first, count: count)
    self.pending = pending
    return count
  }

  /// Forgets the bytes that have been taken.
  private mutating func compact() {
    self.base += self.start
    if self.start == self.bytes.count, self.bytes.capacity > Self.kept {
      self.bytes = []
    } else {
      self.bytes.removeFirst(self.start)
    }
    self.start = 0
  }
}
