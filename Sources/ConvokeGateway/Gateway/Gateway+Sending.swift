import ConvokeWire
import Synchronization

extension Gateway {
  /// Sends an item on a channel, whatever its credit.
  func sendItem(_ value: WireValue, on channel: Channel) throws {
    let serializer = WireSerializer(limits: self.limits)
    let size = try serializer.size(of: value)
    let isSent = self.link.write { bytes in
      FrameEncoder.appendHeader(.channelData, channel.number, size, to: &bytes)
      // It was measured: writing it cannot fail.
      try? serializer.append(value, to: &bytes)
    }
    guard isSent else { throw self.lostError() }
    channel.state.withLock { $0.spend(size) }
  }

  @discardableResult
  func send(_ code: Frame.Code, _ channel: Int32, _ payload: [UInt8] = []) -> Bool {
    self.link.write { bytes in
      FrameEncoder.appendHeader(code, channel, payload.count, to: &bytes)
      bytes += payload
    }
  }

  func send(_ code: Frame.Code, _ channel: Int32, value: WireValue) throws {
    let payload = try WireSerializer(limits: self.limits).bytes(of: value)
    guard self.send(code, channel, payload) else { throw self.lostError() }
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
    await withCheckedContinuation { continuation in
      self.link.whenBelow(highWater) { continuation.resume() }
    }
    try Task.checkCancellation()
  }
}
