import ConvokeGateway
import ConvokeProcess
import Glibc
import Synchronization

extension GatewayProcess {
  /// Opens the file that the input comes from; ends the process if it cannot be read.
  func prepareInput() -> Bool {
    guard case .file(let path) = self.process.command.input else { return true }
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 {
      let reason = SystemError.text(errno)
      let message = "cannot open \(path) as standard input: \(reason)"
      self.lose(.refused(Failure(.spawnFailed, message)))
      return false
    }
    self.state.withLock { $0.input.file = file }
    return true
  }

  /// Starts to send what the command is to read, without waiting for its start.
  func startInput() {
    switch self.process.command.input {
    case .none, .stream: break
    case .bytes(let bytes):
      self.state.withLock { state in
        if !bytes.isEmpty { _ = state.input.add(bytes) }
        state.input.end()
      }
      self.sendInput()
    case .file:
      // Ends with the file or with the process.
      Task.detached { await self.sendFile() }
    }
  }

  private func sendFile() async {
    let file = self.state.withLock { $0.input.file }
    defer { Descriptor.close(file) }
    while case (.moved, let bytes) = Descriptor.read(file) {
      guard await self.add(bytes) else { return self.process.didFailInput() }
    }
    self.closeInput()
  }

  // MARK: - Sending, by one task at a time

  private func sendInput() {
    guard self.state.withLock({ $0.input.beginSending() }) else { return }
    // Ends with the input that waits, or with the credit.
    Task.detached { await self.sendAll() }
  }

  private func sendAll() async {
    while true {
      switch self.state.withLock({ $0.input.next() }) {
      case .bytes(let bytes, let writer):
        let isSent: Void? = try? await self.channel.send(
          ProcessOrder.input(self.number, bytes).value
        )
        writer?.resume(returning: isSent != nil)
      case .end:
        self.tell(.closeInput(self.number))
        return
      case .nothing: return
      }
    }
  }

  private func add(_ bytes: [UInt8]) async -> Bool {
    if bytes.isEmpty { return true }
    return await withCheckedContinuation { continuation in
      let isAdded = self.state.withLock { $0.input.add(bytes, continuation) }
      if isAdded { self.sendInput() } else { continuation.resume(returning: false) }
    }
  }

  func took(_ count: Int) {
    self.state.withLock { $0.input.grant(count) }
    self.sendInput()
  }

  /// Lets those who wait know that nobody reads.
  func closeInputHere() {
    let writers = self.state.withLock { $0.input.close() }
    for writer in writers { writer.resume(returning: false) }
  }

  // MARK: - ProcessControl

  /// Returns when all bytes are on their way; waits while the program does not read.
  func write(_ bytes: [UInt8]) async throws {
    if await self.add(bytes) { return }
    throw ProcessError(.inputClosed, "'\(self.process.command.label)' does not read its input")
  }

  /// Ends the input after what was written; on a terminal it types Ctrl-D.
  func closeInput() {
    self.state.withLock { $0.input.end() }
    self.sendInput()
  }
}
