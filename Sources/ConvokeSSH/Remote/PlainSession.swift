import ConvokeProcess
import Synchronization

/// A session that is an ssh process of its own.
final class PlainSession: RemoteSession {
  private let invocation: SSHInvocation
  private let handler: @Sendable (SSHChannelEvent) -> Void
  private let process = Mutex<RunningProcess?>(nil)

  init(_ invocation: SSHInvocation, _ handler: @escaping @Sendable (SSHChannelEvent) -> Void) {
    self.invocation = invocation
    self.handler = handler
  }

  /// Tells that it can be used: ssh starts with the command line.
  func open() { Reactor.shared.execute { self.handler(.opened) } }

  func execute(_ line: String, _ terminal: PseudoTerminal?) {
    var command = self.invocation.plain(line, hasTerminal: terminal != nil)
    command.input = .stream
    command.linger = .zero
    if let terminal { command.environment["TERM"] = terminal.type }
    command.stdout.keep = .init(head: 0, tail: 0)
    // What ssh itself says comes on the same stream as what the command says.
    let handler = self.handler
    command.stdout.chunkHandler = { chunk in
      Reactor.shared.execute { handler(.received(chunk.bytes[...], .stdout)) }
    }
    command.stderr.chunkHandler = { chunk in
      Reactor.shared.execute { handler(.received(chunk.bytes[...], .stderr)) }
    }
    let process = RunningProcess(command)
    LocalProcess.launch(process)
    self.process.withLock { $0 = process }
    // Not a child of any caller: it ends with the ssh process.
    Task.detached {
      let result = await process.waitUncancelled()
      Reactor.shared.execute {
        handler(.outputEnded)
        if case .exited(let code) = result.outcome {
          handler(.exited(UInt32(truncatingIfNeeded: code)))
        }
        handler(.closed)
      }
    }
  }

  func write(_ bytes: [UInt8]) {
    guard let process = self.process.withLock({ $0 }) else { return }
    let handler = self.handler
    Task.detached {
      try? await process.write(bytes)
      Reactor.shared.execute { handler(.inputDrained) }
    }
  }

  func endInput() {
    guard let process = self.process.withLock({ $0 }) else { return }
    Task.detached { await process.closeInput() }
  }

  func setPaused(_ isPaused: Bool) {}

  func resize(rows: UInt16, columns: UInt16) {}

  func close() { self.process.withLock { $0 }?.cancel() }
}
