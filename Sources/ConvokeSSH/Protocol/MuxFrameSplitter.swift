/// Cuts a stream of bytes into messages that start with their length, of either protocol.
struct MuxFrameSplitter {
  /// The longest message accepted; OpenSSH sends none above 256 KiB (PACKET_MAX_SIZE).
  static let limit = (256 << 10) + 1024

  private var buffer: [UInt8] = []
  private var start = 0

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    if self.start == self.buffer.count {
      self.buffer = Array(bytes)
      self.start = 0
      return
    }
    if self.start > 0 {
      self.buffer.removeFirst(self.start)
      self.start = 0
    }
    self.buffer += bytes
  }

  /// The next whole message without its length; `nil` if more bytes are needed.
  mutating func next() throws(SSHProtocolError) -> ArraySlice<UInt8>? {
    let waiting = self.buffer[self.start...]
    guard waiting.count >= 4 else { return nil }
    var reader = SSHReader(waiting)
    let count = Int(try reader.number())
    guard count <= Self.limit else {
      throw SSHProtocolError(message: "a message of \(count) bytes is longer than any may be")
    }
    guard waiting.count >= 4 + count else { return nil }
    let first = self.start + 4
    self.start = first + count
    return self.buffer[first..<first + count]
  }
}
