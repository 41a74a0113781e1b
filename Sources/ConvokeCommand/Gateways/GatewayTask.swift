import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization

/// Code on one gateway, seen as a process: its items and its output are the process's output.
final class GatewayTask: ProcessControl {
  private struct State {
    var task: Task<Void, Never>?
    var isCancelled = false
    var paused: Set<OutputStream> = []
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let process: RunningProcess
  private let writing = Mutex(())

  init(_ process: RunningProcess) { self.process = process }

  /// Opens the gateway, runs the code to its end and ends the gateway.
  func start(_ body: @escaping @Sendable (GatewayTask) async -> ProcessEnd) {
    // It lives as long as the process, not as the caller.
    let task = Task.detached { [self] in
      let end = await body(self)
      for stream in OutputStream.allCases { self.process.didEndOutput(stream) }
      self.process.didEnd(end)
    }
    let isCancelled = self.state.withLock { state in
      state.task = task
      return state.isCancelled
    }
    if isCancelled { task.cancel() }
  }

  /// Notes that the gateway is open.
  func didOpen() { self.process.didStart(id: nil) }

  /// Passes on what the worker wrote; waits for nobody.
  func take(_ bytes: [UInt8], on stream: OutputStream) {
    self.writing.withLock { _ in self.process.didReceive(bytes[...], on: stream) }
  }

  /// Passes on an item, once the reader has room for it.
  func take(_ item: WireValue) async {
    self.take(WireJSON.line(item), on: .stdout)
    await withCheckedContinuation { continuation in
      let mustWait = self.state.withLock { state in
        guard state.paused.contains(.stdout), !state.isCancelled else { return false }
        state.waiter = continuation
        return true
      }
      if !mustWait { continuation.resume() }
    }
  }

  private func wake(_ change: (inout State) -> Void) {
    let waiter = self.state.withLock { state in
      change(&state)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Refuses: the code has no standard input.
  func write(_ bytes: [UInt8]) async throws {
    throw ProcessError(.inputClosed, "code on a gateway has no standard input")
  }

  /// Does nothing.
  func closeInput() {}

  /// Ends the code for any signal that ends processes.
  func send(_ signal: Signal) { self.abandon() }

  /// Ends the code.
  func terminate(_ sequence: TerminationSequence) { self.abandon() }

  /// Stops or resumes taking items.
  func setPaused(_ isPaused: Bool, _ stream: OutputStream) {
    if isPaused {
      self.state.withLock { _ = $0.paused.insert(stream) }
    } else {
      self.wake { $0.paused.remove(stream) }
    }
  }

  /// Does nothing: there is no terminal.
  func resize(rows: UInt16, columns: UInt16) {}

  /// Ends the code.
  func abandon() {
    let task = self.state.withLock { state in
      state.isCancelled = true
      return state.task
    }
    self.wake { _ in }
    task?.cancel()
  }
}
