import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization

/// The controller's half of the service that runs processes: one for each gateway.
///
/// The program of the service is sent with the first process. All processes share a channel; each has
/// credits of its own, so that none waits for another one.
final class ProcessService: Sendable {
  private struct State {
    var channel: Channel?
    var processes: [Int: GatewayProcess] = [:]
    var last = 0
  }

  let gateway: Gateway
  private let state = Mutex(State())

  private static let program = RemoteProgram.service("process", python: EmbeddedProcess.relay)

  private init(_ gateway: Gateway) { self.gateway = gateway }

  /// The service of a gateway.
  static func of(_ gateway: Gateway) -> ProcessService {
    gateway.attachment { ProcessService($0) }
  }

  // MARK: - Out

  /// Starts a process.
  ///
  /// - Parameter process: What to start, and what learns of it.
  func begin(_ process: RunningProcess) {
    if let failure = GatewayProcess.objection(to: process.command) {
      return process.didEnd(.outcome(.refused(failure)))
    }
    do {
      try self.gateway.together {
        let channel = try self.open()
        let remote = self.state.withLock { state in
          state.last += 1
          let remote = GatewayProcess(process, number: state.last, of: self, over: channel)
          state.processes[state.last] = remote
          return remote
        }
        remote.begin()
      }
    } catch let error as GatewayError where error.code == .gatewayLost {
      process.didEnd(.outcome(.unreachable(Failure(.lost, error.message))))
    } catch {
      process.didEnd(.outcome(.refused(Failure(.spawnFailed, "\(error)"))))
    }
  }

  /// Forgets a process that has ended.
  func forget(_ number: Int) {
    self.state.withLock { _ = $0.processes.removeValue(forKey: number) }
  }

  private func open() throws -> Channel {
    // Nothing here waits; of several callers at once one opens the channel.
    let (channel, starter) = try self.state.withLock { state -> (Channel, Channel?) in
      if let channel = state.channel { return (channel, nil) }
      let (channel, starter) = try self.start()
      state.channel = channel
      return (channel, starter)
    }
    if let starter {
      // It lives as long as the channel, and serves all callers.
      Task.detached { await self.follow(channel, starter) }
      if let period = self.gateway.silentHeartbeat { self.beat(every: period, on: channel) }
    }
    return channel
  }

  private func start() throws -> (channel: Channel, starter: Channel) {
    let starter = try self.gateway.execute(Self.program)
    let channel = try self.gateway.newChannel()
    let isPython = self.gateway.spec.language == .python
    let text = isPython ? WireValue.bytes(Array(EmbeddedProcess.program.utf8)) : .none
    try self.gateway.sendItem(.tuple([.channel(channel.reference), text]), on: starter)
    // What a process writes is bytes, with Python 2 too.
    try channel.reconfigure(WireStringCoercion(python2String: .bytes, isTextBytes: false))
    return (channel, starter)
  }

  // A worker that exchanges no heartbeat with the gateway would not notice that this side is gone.
  private func beat(every period: Duration, on channel: Channel) {
    guard !channel.isClosed else { return }
    // A channel that is gone needs none.
    try? self.gateway.sendItem(ProcessOrder.alive(period * 4).value, on: channel)
    Reactor.shared.schedule(after: period) { [weak self] in self?.beat(every: period, on: channel) }
  }

  // MARK: - In

  private func follow(_ channel: Channel, _ starter: Channel) async {
    let refusal = Task { await Self.refusal(of: channel, by: starter) }
    do {
      while true {
        guard let report = ProcessReport(try await channel.receive()) else { continue }
        self.take(report)
      }
    } catch {
      // Why it could not be started is said on the other channel, perhaps later.
      let timer = Reactor.shared.schedule(after: .seconds(2)) { refusal.cancel() }
      self.end(await refusal.value ?? error, channel)
      Reactor.shared.cancel(timer)
    }
  }

  // A worker that cannot run the program never learns of the channel, and so cannot close it.
  private static func refusal(of channel: Channel, by starter: Channel) async -> GatewayError? {
    do {
      try await starter.waitClosed()
    } catch let error as GatewayError where error.code == .remote {
      channel.close()
      return error
    } catch {
      // It is the gateway that is lost.
    }
    return nil
  }

  private func take(_ report: ProcessReport) {
    let number = report.number
    // One that was given up has nothing more to say.
    self.state.withLock { $0.processes[number] }?.take(report)
  }

  private func end(_ problem: any Error, _ channel: Channel) {
    let processes = self.state.withLock { state in
      defer { state.processes = [:] }
      if state.channel === channel { state.channel = nil }
      return Array(state.processes.values)
    }
    channel.close()
    let known = problem as? GatewayError
    let message = known?.message ?? "\(problem)"
    let isRefused = known?.code == .remote && processes.allSatisfy { !$0.hasStarted }
    for process in processes {
      process.lose(
        isRefused ? .refused(Failure(.spawnFailed, message)) : .lost(Failure(.lost, message))
      )
    }
  }
}

extension ProcessReport {
  var number: Int {
    switch self {
    case .started(let number, _), .output(let number, _, _), .took(let number, _),
      .inputClosed(let number), .ended(let number, _), .refused(let number, _, _):
      number
    }
  }
}
