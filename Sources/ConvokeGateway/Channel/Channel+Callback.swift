public import ConvokeWire
import Synchronization

extension Channel {
  /// Gives all items, those that wait first, to a callback, in order and never two at a time.
  ///
  /// A callback that throws closes the channel with the error for the other side. A slow callback
  /// holds back only its own channel.
  ///
  /// - Parameters:
  ///   - endMarker: Given to the callback once, when no more items come; `nil` gives nothing.
  ///   - callback: What to do with an item.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/misuse`` for a second callback.
  public func setCallback(
    endMarker: WireValue? = nil,
    _ callback: @escaping @Sendable (WireValue) async throws -> Void
  ) throws {
    let isFirst = self.state.withLock { state in
      defer { state.hasCallback = true }
      return !state.hasCallback
    }
    guard isFirst else { throw GatewayError(.misuse, "\(self.name) has a callback already") }
    // It lives as long as the channel, not as the caller.
    Task.detached { await self.deliver(to: callback, endMarker: endMarker) }
  }

  private func deliver(
    to callback: @Sendable (WireValue) async throws -> Void,
    endMarker: WireValue?
  ) async {
    do {
      while let payload = try await self.nextForCallback() {
        // Consumed once the callback is done with it, so that a slow one holds back the other side.
        let strings = self.state.withLock { $0.coercion }
        try await callback(try self.decode(payload, strings))
        _ = self.didConsume(payload)
      }
    } catch {
      self.close(error: "the receive callback failed: \(error)")
    }
    if let endMarker { try? await callback(endMarker) }
  }

  private func nextForCallback() async throws -> ChannelState.Payload? {
    while true {
      let (payload, isAtEnd) = self.state.withLock { ($0.next(), $0.end != nil) }
      if let payload { return payload }
      if isAtEnd { return nil }
      let arrived = await withCheckedContinuation { continuation in
        let waits = self.state.withLock { state in state.wait(state.makeID(), continuation) }
        if !waits { continuation.resume(returning: nil) }
      }
      if let arrived { return arrived }
    }
  }
}
