/// One session channel of the SSH connection protocol (RFC 4254, section 5); no I/O, no clock.
struct SSHChannelState {
  /// The bytes the server may send before it must wait for this side.
  static let window: UInt32 = 2 << 20
  /// The longest piece of data the server may send at once.
  static let packet: UInt32 = 32 << 10

  /// The number the server gave the channel; `nil` before it is open.
  private(set) var remote: UInt32?
  private(set) var hasSentClose = false
  private var hasReceivedClose = false
  private var sendWindow: UInt32 = 0
  private var sendPacket: UInt32 = 0
  private var input: [UInt8] = []
  private var inputStart = 0
  private var isInputEnding = false
  private var hasSentEnd = false
  private var unacknowledged: UInt32 = 0
  private var isPaused = false

  /// Whether both ends have closed the channel.
  var isOver: Bool { self.hasSentClose && self.hasReceivedClose }
  /// How many bytes wait for the server to take them.
  var waitingInput: Int { self.input.count - self.inputStart }

  mutating func confirm(remote: UInt32, window: UInt32, packet: UInt32) {
    self.remote = remote
    self.sendWindow = window
    self.sendPacket = max(packet, 1)
  }

  mutating func adjust(_ more: UInt32) throws(SSHProtocolError) {
    let (window, overflow) = self.sendWindow.addingReportingOverflow(more)
    // RFC 4254, section 5.2: the window must never exceed 2^32 - 1.
    if overflow { throw SSHProtocolError(message: "a channel window overflows") }
    self.sendWindow = window
  }

  mutating func write(_ bytes: [UInt8]) {
    guard !self.isInputEnding, !self.hasSentClose else { return }
    if self.waitingInput == 0 {
      self.input = bytes
      self.inputStart = 0
    } else {
      self.input += bytes
    }
  }

  mutating func endInput() { self.isInputEnding = true }

  mutating func receiveClose() { self.hasReceivedClose = true }

  mutating func markClosed() { self.hasSentClose = true }

  /// The next piece of input that may be sent now.
  mutating func nextInput() -> ArraySlice<UInt8>? {
    guard self.remote != nil, !self.hasSentClose, self.waitingInput > 0 else { return nil }
    let count = min(self.waitingInput, Int(min(self.sendWindow, self.sendPacket)))
    guard count > 0 else { return nil }
    self.sendWindow -= UInt32(count)
    defer {
      self.inputStart += count
      if self.waitingInput == 0 {
        self.input = []
        self.inputStart = 0
      }
    }
    return self.input[self.inputStart..<self.inputStart + count]
  }

  /// Whether the end of the input is to be told now; true once.
  mutating func takesInputEnd() -> Bool {
    guard self.isInputEnding, self.remote != nil, self.waitingInput == 0 else { return false }
    guard !self.hasSentEnd, !self.hasSentClose else { return false }
    self.hasSentEnd = true
    return true
  }

  /// Counts bytes received; the answer is how many the server may send in addition, if it is to be told.
  mutating func received(_ count: Int) throws(SSHProtocolError) -> UInt32? {
    self.unacknowledged += UInt32(count)
    if self.unacknowledged > Self.window {
      throw SSHProtocolError(message: "the server sends more than the channel window allows")
    }
    return self.takeAdjustment()
  }

  mutating func setPaused(_ isPaused: Bool) -> UInt32? {
    self.isPaused = isPaused
    return self.takeAdjustment()
  }

  private mutating func takeAdjustment() -> UInt32? {
    guard !self.isPaused, !self.hasSentClose, self.unacknowledged >= Self.window / 2 else {
      return nil
    }
    defer { self.unacknowledged = 0 }
    return self.unacknowledged
  }
}
