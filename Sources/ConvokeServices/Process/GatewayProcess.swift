import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization

/// A process at the far end of a gateway, as this side sees it.
final class GatewayProcess: Sendable {
  struct State {
    var hasStarted = false
    var isOver = false
    var input = InputQueue()
    var paused: Set<OutputStream> = []
    /// Bytes that were taken, but not granted again yet.
    var owed: [OutputStream: Int] = [:]
  }

  let process: RunningProcess
  let number: Int
  private let service: ProcessService
  let channel: Channel
  let state = Mutex(State())

  init(_ process: RunningProcess, number: Int, of service: ProcessService, over channel: Channel) {
    self.process = process
    self.number = number
    self.service = service
    self.channel = channel
  }

  /// How long a worker may take to start a process.
  private static let startLimit = Duration.seconds(120)

  var hasStarted: Bool { self.state.withLock { $0.hasStarted } }

  private var place: String { self.process.host ?? "gateway \(self.service.gateway.id)" }

  /// Why a command cannot be sent to any worker, if it cannot.
  static func objection(to command: Command) -> Failure? {
    let words: [String] =
      switch command.form {
      case .arguments(let arguments): arguments
      case .shell(let line): [line]
      }
    let values = command.environment.flatMap { [$0.key] + ($0.value.map { [$0] } ?? []) }
    let all = words + values + [command.directory ?? ""]
    if let bad = all.first(where: { $0.utf8.contains(0) }) {
      let message = "an argument contains a NUL byte: \(bad.prefix(40).debugDescription)"
      return Failure(.spawnFailed, message, remedy: "pass such bytes through standard input")
    }
    let names = command.environment.keys
    guard let name = names.first(where: { $0.isEmpty || $0.contains("=") }) else { return nil }
    let message = "this cannot be the name of a variable: \(name.debugDescription)"
    return Failure(.spawnFailed, message, remedy: "leave out the sign '='")
  }

  func begin() {
    self.process.attach(self)
    guard self.prepareInput() else { return }
    guard self.tell(.start(self.number, ProcessRequest(self.process.command))) else { return }
    self.startInput()
    let timer = Reactor.shared.schedule(after: Self.startLimit) { [weak self] in
      guard let self, !self.hasStarted else { return }
      let message = "\(self.place) does not start the command within \(Self.startLimit)"
      self.abandon()
      self.finish(.outcome(.refused(Failure(.spawnFailed, message))))
    }
    self.state.withLock { $0.input.timer = timer }
  }

  /// Sends an order, and says whether the gateway still takes it.
  ///
  /// If it does not, the service tells the end.
  @discardableResult
  func tell(_ order: ProcessOrder) -> Bool {
    (try? self.service.gateway.sendItem(order.value, on: self.channel)) != nil
  }

  // MARK: - What the service says

  func take(_ report: ProcessReport) {
    switch report {
    case .started(_, let id): self.start(id)
    case .output(_, let stream, let bytes):
      self.process.didReceive(bytes[...], on: stream)
      self.state.withLock { $0.owed[stream, default: 0] += bytes.count }
      self.grant(stream)
    case .took(_, let count): self.took(count)
    case .inputClosed: self.closeInputHere()
    case .ended(_, let account): self.end(account)
    case .refused(_, let kind, let reason):
      let failure = Failure.refusal(
        kind,
        of: self.process.command,
        on: self.place,
        reason: reason.isEmpty ? nil : reason
      )
      self.finish(.outcome(.refused(failure)))
    }
  }

  private func start(_ id: Int32) {
    let timer = self.state.withLock { state in
      state.hasStarted = true
      defer { state.input.timer = nil }
      return state.input.timer
    }
    if let timer { Reactor.shared.cancel(timer) }
    self.process.didStart(id: id, keepsDeadline: true)
  }

  // Grants what was taken, once it is worth a message; not while a reader has enough to do.
  private func grant(_ stream: OutputStream) {
    let bytes = self.state.withLock { state -> Int? in
      guard let owed = state.owed[stream], owed * 2 >= ProcessRequest.window else { return nil }
      guard !state.paused.contains(stream), !state.isOver else { return nil }
      state.owed[stream] = 0
      return owed
    }
    if let bytes { self.tell(.credit(self.number, stream, bytes)) }
  }

  private func end(_ account: ProcessAccount) {
    for stream in OutputStream.allCases where !account.openStreams.contains(stream) {
      self.process.didEndOutput(stream)
    }
    if account.wasForced { self.process.didForce() }
    if account.hasTimedOut { self.process.didPassDeadline() }
    // What was on the way when it ended is in no account of the worker.
    let isLeft = self.state.withLock { $0.input.hasLeft }
    if isLeft, self.process.command.hasWholeInput { self.process.didFailInput() }
    self.finish(account.end, usage: account.usage)
  }

  /// Takes the end of the service.
  func lose(_ outcome: Outcome) { self.finish(.outcome(outcome)) }

  private func finish(_ end: ProcessEnd, usage: ResourceUsage? = nil) {
    self.service.forget(self.number)
    let writers = self.state.withLock { state -> [CheckedContinuation<Bool, Never>] in
      state.isOver = true
      return state.input.close()
    }
    self.process.didEnd(end, usage: usage)
    for writer in writers { writer.resume(returning: false) }
  }
}

// MARK: - What this side wants

extension GatewayProcess: ProcessControl {
  func send(_ signal: Signal) { self.tell(.signal(self.number, signal)) }

  /// A busy host takes its time; one that is gone is noticed by other means.
  var patience: Duration { .seconds(15) }

  func terminate(_ sequence: TerminationSequence) { self.tell(.end(self.number, sequence)) }

  func setPaused(_ isPaused: Bool, _ stream: OutputStream) {
    self.state.withLock { state in
      if isPaused { state.paused.insert(stream) } else { state.paused.remove(stream) }
    }
    if !isPaused { self.grant(stream) }
  }

  func resize(rows: UInt16, columns: UInt16) {
    self.tell(.resize(self.number, rows: rows, columns: columns))
  }

  func abandon() {
    self.service.forget(self.number)
    self.tell(.forget(self.number))
    self.closeInputHere()
  }
}

extension Command {
  /// Whether its input is known from the start, so that all of it should be read.
  var hasWholeInput: Bool {
    switch self.input {
    case .bytes, .file: true
    case .none, .stream: false
    }
  }
}
