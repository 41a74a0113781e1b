import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Synchronization

/// One process that was asked for.
final class ServedProcess: Sendable {
  private struct State {
    var isAnnounced = false
    var hasTimedOut = false
    var deadline: ReactorTimer?
  }

  let process: RunningProcess
  let output: ServedOutput
  let input: ServedInput
  private let number: Int
  private let channel: Channel
  private let deadline: Duration?
  private let state = Mutex(State())

  init(
    _ number: Int,
    _ request: ProcessRequest,
    openFiles: ResourceLimit?,
    on channel: Channel
  ) {
    let output = ServedOutput(number, window: request.window, on: channel)
    var command = request.command
    command.shell = LoginShell.path
    command.mark = ProcessMark.make()
    // This program may have more files open than others can deal with.
    if command.limits[.openFiles] == nil { command.limits[.openFiles] = openFiles }
    self.deadline = command.deadline
    command.deadline = nil
    command.stdout = .discard
    command.stderr = .discard
    command.stdout.chunkHandler = { await output.send($0) }
    command.stderr.chunkHandler = { await output.send($0) }
    self.number = number
    self.channel = channel
    self.output = output
    self.process = RunningProcess(command)
    self.input = ServedInput(number, self.process, on: channel)
    output.announce = { [weak self] in self?.announce() }
  }

  func begin(onEnd: @escaping @Sendable () -> Void) {
    LocalProcess.launch(self.process)
    // It lives as long as the process; the messages of the controller go on meanwhile.
    Task.detached {
      await self.process.waitUntilStarted()
      self.announce()
      self.tell(await self.process.waitUncancelled())
      onEnd()
    }
  }

  // The start is told before anything else, by whoever comes first.
  private func announce() {
    guard let id = self.process.id else { return }
    let isFirst = self.state.withLock { state in
      if state.isAnnounced { return false }
      state.isAnnounced = true
      // Inside the lock, so that nobody is faster. A channel that is gone is noticed by its reader.
      try? self.channel.gateway.sendItem(
        ProcessReport.started(self.number, id).value,
        on: self.channel
      )
      return true
    }
    guard isFirst, let deadline = self.deadline else { return }
    let timer = Reactor.shared.schedule(after: deadline) {
      self.state.withLock { $0.hasTimedOut = self.process.isRunning }
      self.process.end()
    }
    self.state.withLock { $0.deadline = timer }
  }

  private func tell(_ result: ProcessResult) {
    let (timer, hasTimedOut) = self.state.withLock { ($0.deadline, $0.hasTimedOut) }
    if let timer { Reactor.shared.cancel(timer) }
    let report: ProcessReport
    switch result.outcome {
    case .exited(let code):
      report = .ended(self.number, self.account(.exited(code), result, hasTimedOut))
    case .signalled(let signal):
      report = .ended(self.number, self.account(.signalled(signal), result, hasTimedOut))
    case .refused(let failure): report = .refused(self.number, failure.kind, failure.message)
    // What the kernel does not let go: the controller has given it up by itself.
    default: return
    }
    try? self.channel.gateway.sendItem(report.value, on: self.channel)
  }

  private func account(
    _ end: ProcessEnd,
    _ result: ProcessResult,
    _ hasTimedOut: Bool
  ) -> ProcessAccount {
    var account = ProcessAccount(end, usage: result.statistics.usage)
    account.hasTimedOut = hasTimedOut
    account.wasForced = result.statistics.wasForced
    account.unread = self.input.unread
    if !result.stdout.isComplete { account.openStreams.insert(.stdout) }
    if !result.stderr.isComplete { account.openStreams.insert(.stderr) }
    return account
  }
}
