import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization

/// Sends the outputs of a process, as far as the controller takes them; the program waits meanwhile.
final class ServedOutput: Sendable {
  private struct State {
    var credit: [OutputStream: Int]
    var waiting: [OutputStream: CheckedContinuation<Void, Never>] = [:]
    var isClosed = false
    var announce: (@Sendable () -> Void)?
  }

  private let number: Int
  private let channel: Channel
  private let state: Mutex<State>

  init(_ number: Int, window: Int, on channel: Channel) {
    self.number = number
    self.channel = channel
    self.state = Mutex(State(credit: [.stdout: window, .stderr: window]))
  }

  /// Called before output is sent.
  var announce: (@Sendable () -> Void)? {
    get { self.state.withLock { $0.announce } }
    set { self.state.withLock { $0.announce = newValue } }
  }

  /// Sends a chunk, or drops it when nobody listens any more.
  func send(_ chunk: OutputChunk) async {
    self.announce?()
    var rest = chunk.bytes[...]
    while !rest.isEmpty {
      let count = await self.takeCredit(rest.count, on: chunk.stream)
      if count == 0 { return }
      let piece = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      do {
        try await self.channel.send(ProcessReport.output(self.number, chunk.stream, piece).value)
      } catch {
        return self.close()
      }
    }
  }

  /// Notes that the controller takes more.
  func grant(_ bytes: Int, on stream: OutputStream) {
    let waiter = self.state.withLock { state in
      state.credit[stream, default: 0] += bytes
      return state.waiting.removeValue(forKey: stream)
    }
    waiter?.resume()
  }

  /// Drops what comes from now on.
  func close() {
    let waiters = self.state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  private func takeCredit(_ wanted: Int, on stream: OutputStream) async -> Int {
    while true {
      let count = self.state.withLock { state -> Int? in
        if state.isClosed { return 0 }
        let count = min(wanted, state.credit[stream] ?? 0)
        if count <= 0 { return nil }
        state.credit[stream, default: 0] -= count
        return count
      }
      if let count { return count }
      await withCheckedContinuation { continuation in
        let waits = self.state.withLock { state in
          if state.isClosed || (state.credit[stream] ?? 0) > 0 { return false }
          state.waiting[stream] = continuation
          return true
        }
        if !waits { continuation.resume() }
      }
    }
  }
}
