import ConvokeProcess
import Synchronization

/// A session that is an ssh process of its own.
final class PlainSession: RemoteSession {
  private struct State {
    var process: RunningProcess?
    var input: [[UInt8]] = []
    var isInputEnding = false
    var isWriting = false
    var isPaused = false
    var readers: [CheckedContinuation<Void, Never>] = []
  }

  private let invocation: SSHInvocation
  private let handler: @Sendable (SSHChannelEvent) -> Void
  private let state = Mutex(State())

  init(_ invocation: SSHInvocation, _ handler: @escaping @Sendable (SSHChannelEvent) -> Void) {
    self.invocation = invocation
    self.handler = handler
  }

  /// Tells that it can be used: ssh starts with the command line.
  func open() { Reactor.shared.execute { self.handler(.opened) } }

  func execute(_ line: String, _ terminal: PseudoTerminal?) {
    var command = self.invocation.plain(line, hasTerminal: terminal != nil)
    command.input = .stream
    if let terminal { command.environment["TERM"] = terminal.type }
    command.stdout = self.output(.stdout)
    command.stderr = self.output(.stderr)
    let process = RunningProcess(command)
    self.state.withLock { $0.process = process }
    LocalProcess.launch(process)
    // Not a child of any caller: it ends with the ssh process.
    Task.detached {
      let result = await process.waitUncancelled()
      Reactor.shared.execute {
        self.handler(.outputEnded)
        self.tell(result.outcome)
        self.handler(.closed)
      }
    }
  }

  private func tell(_ outcome: Outcome) {
    switch outcome {
    case .exited(let code): self.handler(.exited(UInt32(truncatingIfNeeded: code)))
    case .refused(let failure):
      let message = "cannot start ssh: \(failure.message)"
      self.handler(.unreachable(Failure(.sshFailed, message, remedy: failure.remedy)))
    default: self.handler(.lost("ssh \(outcome)"))
    }
  }

  private func output(_ stream: OutputStream) -> OutputOptions {
    var options = OutputOptions.discard
    options.chunkHandler = { [weak self] chunk in
      guard let self else { return }
      await self.waitWhilePaused()
      let handler = self.handler
      Reactor.shared.execute { handler(.received(chunk.bytes[...], stream)) }
    }
    return options
  }

  // MARK: - Input, in order, by one writer at a time

  func write(_ bytes: [UInt8]) {
    self.state.withLock { $0.input.append(bytes) }
    self.startWriting()
  }

  func endInput() {
    self.state.withLock { $0.isInputEnding = true }
    self.startWriting()
  }

  private func startWriting() {
    let process = self.state.withLock { state -> RunningProcess? in
      guard !state.isWriting else { return nil }
      state.isWriting = state.process != nil
      return state.process
    }
    guard let process else { return }
    // Ends with the input that waits.
    Task.detached { await self.writeAll(to: process) }
  }

  private enum Next { case bytes([UInt8]), end, nothing }

  private func writeAll(to process: RunningProcess) async {
    while true {
      let next = self.state.withLock { state -> Next in
        if !state.input.isEmpty { return .bytes(state.input.removeFirst()) }
        state.isWriting = false
        return state.isInputEnding ? .end : .nothing
      }
      switch next {
      case .bytes(let bytes):
        // What ssh no longer reads is noticed by its end.
        try? await process.write(bytes)
        let isDrained = self.state.withLock { $0.input.isEmpty }
        if isDrained { Reactor.shared.execute { self.handler(.inputDrained) } }
      case .end: return await process.closeInput()
      case .nothing: return
      }
    }
  }

  // MARK: - Output

  private func waitWhilePaused() async {
    await withCheckedContinuation { continuation in
      let isPaused = self.state.withLock { state in
        if state.isPaused { state.readers.append(continuation) }
        return state.isPaused
      }
      if !isPaused { continuation.resume() }
    }
  }

  func setPaused(_ isPaused: Bool) {
    let readers = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.isPaused = isPaused
      guard !isPaused else { return [] }
      defer { state.readers = [] }
      return state.readers
    }
    for reader in readers { reader.resume() }
  }

  // The terminal of the host follows that of ssh, which has none of its own here.
  func resize(rows: UInt16, columns: UInt16) {}

  func close() {
    self.setPaused(false)
    self.state.withLock { $0.process }?.cancel()
  }
}
