import ConvokeGateway
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import ConvokeServices
import Synchronization

/// A process that waits for the connection to its host; then others take it over.
final class GatewayLaunch: Sendable {
  private let process: RunningProcess
  private let isOver = Mutex(false)

  init(_ process: RunningProcess) { self.process = process }

  func begin(on host: HostGateway, connections: SSHConnections) {
    self.process.attach(self)
    host.whenReady { way in
      // Whoever comes first decides: the connection, or a stop.
      guard self.takeOver() else { return }
      switch way {
      case .gateway(let gateway, let opening):
        self.process.didConnect(within: opening, attempts: opening == nil ? 0 : 1)
        gateway.begin(self.process)
      case .ssh: connections.begin(self.process, on: host.host)
      case .failed(let failure):
        self.process.didConnect(within: nil, attempts: 1)
        self.process.didEnd(.outcome(.unreachable(failure)))
      }
    }
  }

  private func takeOver() -> Bool {
    self.isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
  }
}

extension GatewayLaunch: ProcessControl {
  func terminate(_ sequence: TerminationSequence) {
    // Who has taken the process over learns of the stop by itself.
    guard self.takeOver() else { return }
    self.process.didEnd(.outcome(.notStarted("it was stopped before its start")))
  }

  // Nothing of this comes before the start.
  func write(_ bytes: [UInt8]) async throws {}
  func closeInput() {}
  func send(_ signal: Signal) {}
  func setPaused(_ isPaused: Bool, _ stream: OutputStream) {}
  func resize(rows: UInt16, columns: UInt16) {}
  func abandon() { _ = self.takeOver() }
}
