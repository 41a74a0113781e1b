import ConvokeProcess
import Glibc
import Synchronization

extension RemoteProcess {
  /// Starts to send what the command is to read.
  func startInput() {
    switch self.command.input {
    case .none, .stream: break
    case .bytes(let bytes):
      self.state.withLock { $0.hasWaitingInput = !bytes.isEmpty }
      let session = self.state.withLock { $0.session }
      session?.write(bytes)
      session?.endInput()
    case .file(let path):
      // Ends with the file or with the session.
      Task.detached { await self.sendFile(path) }
    }
  }

  private func sendFile(_ path: String) async {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer {
      Descriptor.close(file)
      self.closeInput()
    }
    guard file >= 0 else { return self.process.didFailInput() }
    while case (.moved, let bytes) = Descriptor.read(file) {
      guard await self.send(bytes) else { return self.process.didFailInput() }
    }
  }

  func inputDrained() {
    let writers = self.state.withLock { state in
      defer {
        state.writers = []
        state.hasWaitingInput = false
      }
      return state.writers
    }
    for writer in writers { writer.resume(returning: true) }
  }

  func send(_ bytes: [UInt8]) async -> Bool {
    if bytes.isEmpty { return true }
    return await withCheckedContinuation { continuation in
      Reactor.shared.execute {
        let session = self.state.withLock { state -> (any RemoteSession)? in
          guard state.phase == .running, state.end == nil else { return nil }
          state.writers.append(continuation)
          return state.session
        }
        guard let session else { return continuation.resume(returning: false) }
        session.write(bytes)
      }
    }
  }
}

extension RemoteProcess: ProcessControl {
  func write(_ bytes: [UInt8]) async throws {
    if await self.send(bytes) { return }
    throw ProcessError(.inputClosed, "'\(self.command.label)' does not read its input")
  }

  func closeInput() {
    Reactor.shared.execute {
      guard self.state.withLock({ $0.phase == .running }) else { return }
      let session = self.state.withLock { $0.session }
      // On a terminal Ctrl-D is what ends the input.
      if self.command.terminal != nil { session?.write([4]) } else { session?.endInput() }
    }
  }

  func setPaused(_ isPaused: Bool, _ stream: OutputStream) {
    Reactor.shared.execute {
      let (session, isAnyPaused) = self.state.withLock { state in
        if isPaused {
          state.pausedStreams.insert(stream)
        } else {
          state.pausedStreams.remove(stream)
        }
        return (state.session, !state.pausedStreams.isEmpty)
      }
      session?.setPaused(isAnyPaused)
    }
  }

  func resize(rows: UInt16, columns: UInt16) {
    Reactor.shared.execute {
      self.state.withLock { $0.session }?.resize(rows: rows, columns: columns)
    }
  }

  func send(_ signal: Signal) {
    Reactor.shared.execute {
      guard self.state.withLock({ $0.phase == .running && $0.end == nil }) else { return }
      self.tellWatchdog("s \(signal.name)\n")
    }
  }

  func terminate(_ sequence: TerminationSequence) {
    Reactor.shared.execute {
      let phase = self.state.withLock { state in
        defer { state.isTerminating = true }
        return state.isTerminating ? .ended : state.phase
      }
      switch phase {
      case .ended: break
      case .connecting: self.finish(.outcome(.notStarted("it was stopped before its start")))
      // What is on its way cannot be called back: it is ended as soon as it has started.
      case .starting: break
      case .running: self.endGroup(sequence)
      }
    }
  }

  func abandon() {
    Reactor.shared.execute { self.finish(.outcome(.notStarted("it was given up"))) }
  }
}
