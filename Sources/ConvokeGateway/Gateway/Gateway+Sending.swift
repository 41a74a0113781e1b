public import ConvokeWire
import Synchronization

extension Gateway {
  /// Sends an item on a channel, whatever its credit; never waits.
  ///
  /// For small items whose number something else bounds.
  package func sendItem(_ value: WireValue, on channel: Channel) throws {
    let size = try self.write(.channelData, channel.number, value)
    channel.state.withLock { $0.spend(size) }
  }

  /// Sends what a function sends in one piece: over ssh each costs both sides a packet and a wake-up.
  ///
  /// - Parameter body: What sends and waits for nothing.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; what it had sent is sent.
  package func together<Answer>(_ body: () throws -> Answer) rethrows -> Answer {
    self.link.hold()
    defer { self.link.release() }
    return try body()
  }

  @discardableResult
  func send(_ code: MessageCode, _ channel: Int32, _ payload: [UInt8] = []) -> Bool {
    self.link.write { bytes in
      let before = bytes.count
      // Payloads that we make ourselves are never too long.
      try? self.encoder.append(Frame(code, channel: channel, payload: payload), to: &bytes)
      WireTrace.shared?.sent(bytes[before...], by: self.id)
    }
  }

  func send(_ code: MessageCode, _ channel: Int32, value: WireValue) throws {
    _ = try self.write(code, channel, value)
  }

  /// Writes a frame with a value; hands out the length of its payload.
  private func write(
    _ code: MessageCode,
    _ channel: Int32,
    _ value: WireValue
  ) throws -> Int {
    var size = 0
    var failure: WireError?
    let isSent = self.link.write { bytes in
      let before = bytes.count
      do throws(WireError) {
        try self.encoder.append(code, channel: channel, value: value, to: &bytes)
        size = bytes.count - before - Frame.headerLength
        WireTrace.shared?.sent(bytes[before...], by: self.id)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard isSent else { throw self.lostError() }
    return size
  }

  private var encoder: FrameEncoder {
    FrameEncoder(serializer: WireSerializer(limits: self.limits))
  }

  func sendClose(_ number: Int32, error: String?) {
    guard let error else {
      self.send(.channelClose, number)
      return
    }
    try? self.send(.channelCloseError, number, value: .string(error))
  }

  func grant(_ bytes: Int, to number: Int32) {
    let count = UInt32(clamping: min(bytes, Int(Int32.max)))
    let payload = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    self.send(.window, number, payload)
  }

  func reconfigure(_ coercion: WireStringCoercion, channel: Int32) throws {
    let flags = [coercion.python2String == .text, coercion.isTextBytes]
    try self.send(.reconfigure, channel, value: .tuple(flags.map { .bool($0) }))
  }

  /// Changes how strings are read on channels made from now on, on both sides.
  ///
  /// - Parameter coercion: What strings become.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/gatewayLost``.
  public func reconfigure(_ coercion: WireStringCoercion) throws {
    self.state.withLock { $0.coercion = coercion }
    try self.reconfigure(coercion, channel: 0)
  }

  func lostError() -> GatewayError {
    self.state.withLock { $0.lost } ?? GatewayError(.gatewayLost, "gateway \(self.id) is closed")
  }

  // MARK: - What waits to be written

  var isAboveHighWater: Bool {
    guard let highWater = self.highWater else { return false }
    return self.link.backlog > highWater
  }

  func waitBelowHighWater() async throws {
    guard let highWater = self.highWater else { return }
    let answer = Answer<Bool>()
    self.link.whenBelow(highWater) { answer.give(true) }
    _ = await answer.wait(otherwise: false)
    try Task.checkCancellation()
  }
}
