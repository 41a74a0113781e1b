import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization

/// Writes the standard input of a process as it comes, in order, and tells how far it got.
final class ServedInput: Sendable {
  private struct State {
    var pieces: [[UInt8]] = []
    var unread = 0
    var isEnding = false
    var isWriting = false
    var isClosed = false
  }

  private enum Next { case bytes([UInt8]), end, nothing }

  private let number: Int
  private let process: RunningProcess
  private let channel: Channel
  private let state = Mutex(State())

  init(_ number: Int, _ process: RunningProcess, on channel: Channel) {
    self.number = number
    self.process = process
    self.channel = channel
  }

  /// How many bytes were not written.
  var unread: Int { self.state.withLock { $0.unread } }

  func add(_ bytes: [UInt8]) {
    self.state.withLock { state in
      state.unread += bytes.count
      if !state.isClosed { state.pieces.append(bytes) }
    }
    self.startWriting()
  }

  func end() {
    self.state.withLock { $0.isEnding = true }
    self.startWriting()
  }

  private func startWriting() {
    let mustStart = self.state.withLock { state in
      defer { state.isWriting = true }
      return !state.isWriting
    }
    // Ends with what waits, or with the process.
    if mustStart { Task.detached { await self.writeAll() } }
  }

  private func writeAll() async {
    while true {
      switch self.state.withLock({ self.next(&$0) }) {
      case .bytes(let bytes): await self.write(bytes)
      case .end: return await self.process.closeInput()
      case .nothing: return
      }
    }
  }

  private func next(_ state: inout State) -> Next {
    if !state.pieces.isEmpty { return .bytes(state.pieces.removeFirst()) }
    // What comes after the end is not written, so that nobody has to start again.
    if state.isEnding { return .end }
    state.isWriting = false
    return .nothing
  }

  private func write(_ bytes: [UInt8]) async {
    let isWritten: Void? = try? await self.process.write(bytes)
    if isWritten != nil {
      self.state.withLock { $0.unread -= bytes.count }
      return self.tell(.took(self.number, bytes.count))
    }
    let isFirst = self.state.withLock { state in
      state.pieces = []
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { self.tell(.inputClosed(self.number)) }
  }

  private func tell(_ report: ProcessReport) {
    // A channel that is gone is noticed by its reader.
    try? self.channel.gateway.sendItem(report.value, on: self.channel)
  }
}
