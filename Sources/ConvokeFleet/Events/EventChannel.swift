import ConvokeProcess
import Synchronization

/// Events on their way from many senders to one reader, bounded.
///
/// A sender waits while 256 events or 1 MiB of output wait to be read.
final class EventChannel: Sendable {
  private static let eventLimit = 256
  private static let byteLimit = 1 << 20

  private struct State {
    var events: [FleetEvent] = []
    var bytes = 0
    var isFinished = false
    var isClosed = false
    var senders: [CheckedContinuation<Void, Never>] = []
    var reader: CheckedContinuation<Void, Never>?

    var isFull: Bool { self.events.count >= eventLimit || self.bytes >= byteLimit }
  }

  private let state = Mutex(State())

  /// Hands over an event and waits until there is room for another one.
  func send(_ event: FleetEvent) async {
    let (isFull, reader) = self.state.withLock { state in
      guard !state.isClosed else { return (false, CheckedContinuation<Void, Never>?.none) }
      state.events.append(event)
      state.bytes += event.weight
      defer { state.reader = nil }
      return (state.isFull, state.reader)
    }
    reader?.resume()
    if isFull { await self.waitForRoom() }
  }

  /// Waits for events; empty after the last.
  func receive() async -> [FleetEvent] {
    while true {
      let (events, isAtEnd, senders) = self.state.withLock { state in
        defer {
          state.events = []
          state.bytes = 0
          state.senders = []
        }
        return (state.events, state.isFinished, state.senders)
      }
      for sender in senders { sender.resume() }
      if !events.isEmpty || isAtEnd { return events }
      await self.waitForEvent()
    }
  }

  /// Ends the sequence after the events that wait.
  func finish() {
    let reader = self.state.withLock { state in
      state.isFinished = true
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// Drops all events from now on: the reader has left.
  func close() {
    let senders = self.state.withLock { state in
      state.isClosed = true
      state.events = []
      defer { state.senders = [] }
      return state.senders
    }
    for sender in senders { sender.resume() }
  }

  private func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let mustWait = self.state.withLock { state in
        guard state.isFull, !state.isClosed else { return false }
        state.senders.append(continuation)
        return true
      }
      if !mustWait { continuation.resume() }
    }
  }

  private func waitForEvent() async {
    await withCheckedContinuation { continuation in
      let mustWait = self.state.withLock { state in
        guard state.events.isEmpty, !state.isFinished else { return false }
        state.reader = continuation
        return true
      }
      if !mustWait { continuation.resume() }
    }
  }
}

extension FleetEvent {
  /// The bytes of output it holds.
  fileprivate var weight: Int {
    switch self {
    case .output(_, let chunk): chunk.bytes.count
    case .line(_, let line): line.bytes.count
    default: 0
    }
  }
}
