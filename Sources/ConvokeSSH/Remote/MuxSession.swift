import ConvokeProcess
import Synchronization

/// A session that is a channel of the connection to a host.
final class MuxSession: RemoteSession {
  private struct State {
    var number: UInt32?
    var isOpen = false
    var isClosed = false
  }

  let mayWait: Bool
  private let connection: MuxConnection
  private let state = Mutex(State())
  private let handler: @Sendable (SSHChannelEvent) -> Void

  init(
    _ connection: MuxConnection,
    mayWait: Bool,
    _ handler: @escaping @Sendable (SSHChannelEvent) -> Void
  ) {
    self.mayWait = mayWait
    self.connection = connection
    self.handler = handler
  }

  /// Asks for the channel.
  func open() { self.connection.open(self) }

  func execute(_ line: String, _ terminal: PseudoTerminal?) {
    self.perform { mux, number in
      if let terminal { mux.requestTerminal(number, terminal) }
      mux.execute(number, line)
      return []
    }
  }

  func write(_ bytes: [UInt8]) { self.perform { mux, number in mux.write(number, bytes) } }

  func endInput() {
    self.perform { mux, number in
      mux.endInput(number)
      return []
    }
  }

  func setPaused(_ isPaused: Bool) {
    self.perform { mux, number in
      mux.setPaused(number, isPaused)
      return []
    }
  }

  func resize(rows: UInt16, columns: UInt16) {
    self.perform { mux, number in
      mux.resize(number, rows: rows, columns: columns)
      return []
    }
  }

  func close() {
    self.state.withLock { $0.isClosed = true }
    self.connection.forget(self)
    self.perform { mux, number in
      mux.close(number)
      return []
    }
  }

  private func perform(
    _ change: (inout MuxProtocolState, UInt32) -> [MuxProtocolState.Event]
  ) {
    guard let number = self.state.withLock({ $0.isOpen ? $0.number : nil }) else { return }
    self.connection.perform { mux in change(&mux, number) }
  }
}

extension MuxSession: MuxSessionHandler {
  func sessionIsNumbered(_ number: UInt32, in connection: MuxConnection) {
    self.state.withLock { $0.number = number }
  }

  func session(_ event: SSHChannelEvent) {
    if event == .opened {
      let isClosed = self.state.withLock { state in
        state.isOpen = true
        return state.isClosed
      }
      if isClosed { return self.close() }
    }
    self.handler(event)
  }

  func connectionEnded(_ reason: String) { self.handler(.lost(reason)) }
}
