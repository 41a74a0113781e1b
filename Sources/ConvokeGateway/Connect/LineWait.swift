import ConvokeProcess

/// Waits for descriptors without taking a thread.
package enum LineWait {
  /// What came of waiting for a line.
  package enum Answer: Sendable, Equatable {
    /// The line, without its end.
    case line([UInt8])
    /// The other side closed the connection, or sent more than the line.
    case ended
    /// The line is longer than the limit.
    case tooLong
    /// The time is up, or the task was cancelled.
    case late
  }

  /// Reads one line of a descriptor that does not block; the other side sends nothing after it.
  ///
  /// - Returns: The line, or why there is none.
  package static func line(
    from descriptor: Int32,
    limit: Int,
    within time: Duration
  ) async -> Answer {
    let end = ContinuousClock.now.advanced(by: time)
    var bytes: [UInt8] = []
    while true {
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero, await self.isReadable(descriptor, within: left) else { return .late }
      let (transfer, piece) = Descriptor.read(descriptor)
      if transfer == .ended { return .ended }
      bytes += piece
      if let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        return newline == bytes.count - 1 ? .line(Array(bytes.dropLast())) : .ended
      }
      if bytes.count > limit { return .tooLong }
    }
  }

  /// Waits until something can be read, or the end.
  ///
  /// - Returns: False when the time is up or the task is cancelled.
  package static func isReadable(_ descriptor: Int32, within limit: Duration) async -> Bool {
    let wait = SingleAnswer()
    let timer = Reactor.shared.schedule(after: limit) { wait.answer(false) }
    let isWatched = Reactor.shared.watch(descriptor, for: .readable) { _ in
      Reactor.shared.unwatch(descriptor)
      wait.answer(true)
    }
    guard isWatched else { return false }
    defer {
      Reactor.shared.cancel(timer)
      Reactor.shared.unwatch(descriptor)
    }
    return await wait.wait()
  }
}
