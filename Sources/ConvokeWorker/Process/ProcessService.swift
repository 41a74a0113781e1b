import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization

/// Runs processes for the controller: the messages are those of docs/services.md.
///
/// The channel brings a pair, whose first element is the channel for the messages. At the end of that
/// channel, or of the link, all that still runs is ended.
struct ProcessService: WorkerService {
  let name = "process"

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    guard case .channel(let reference)? = try await channel.receive().elements?.first else {
      throw WorkerError("the service process takes a channel")
    }
    let messages = channel.gateway.channel(for: reference)
    let runner = ProcessRunner(messages)
    do {
      for try await item in messages { if let order = ProcessOrder(item) { runner.obey(order) } }
    } catch {
      // The controller is gone; what it has started goes, too.
    }
    // A cancelled task must still do it.
    await Task.detached { await runner.endAll() }.value
  }
}

/// The processes of one channel.
final class ProcessRunner: Sendable {
  private struct State {
    var processes: [Int: ServedProcess] = [:]
    var isOver = false
  }

  private let channel: Channel
  private let state = Mutex(State())
  private let files = OpenFiles.raise()

  init(_ channel: Channel) { self.channel = channel }

  func obey(_ order: ProcessOrder) {
    switch order {
    case .start(let number, let request): self.start(number, request)
    case .input(let number, let bytes): self[number]?.input.add(bytes)
    case .closeInput(let number): self[number]?.input.end()
    case .signal(let number, let signal): self[number]?.process.send(signal)
    case .end(let number, _): self[number]?.process.end()
    case .resize(let number, let rows, let columns):
      self[number]?.process.resize(rows: rows, columns: columns)
    case .credit(let number, let stream, let bytes): self[number]?.output.grant(bytes, on: stream)
    // The gateway itself knows whether the controller is alive.
    case .alive: break
    case .forget(let number):
      self[number]?.output.close()
      self[number]?.process.kill()
    }
  }

  private subscript(number: Int) -> ServedProcess? {
    self.state.withLock { $0.processes[number] }
  }

  private func start(_ number: Int, _ request: ProcessRequest) {
    let served = ServedProcess(number, request, openFiles: self.files, on: self.channel)
    self.state.withLock { $0.processes[number] = served }
    served.begin { self.state.withLock { _ = $0.processes.removeValue(forKey: number) } }
  }

  /// Ends all processes, each with its termination sequence, and waits for that.
  func endAll() async {
    let processes = self.state.withLock { Array($0.processes.values) }
    for served in processes {
      served.output.close()
      served.process.end()
    }
    for served in processes { _ = await served.process.waitUncancelled() }
  }
}
