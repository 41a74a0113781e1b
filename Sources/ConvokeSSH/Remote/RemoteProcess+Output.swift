import ConvokeProcess
import Synchronization

extension RemoteProcess {
  func receive(_ bytes: ArraySlice<UInt8>, _ stream: OutputStream) {
    switch stream {
    case .stdout:
      if self.state.withLock({ $0.isStdoutMarked }) {
        return self.process.didReceive(bytes, on: .stdout)
      }
      if let finding = self.state.withLock({ $0.stdout.append(bytes) }) { self.take(finding) }
    case .stderr:
      // The mark that tells the exit code comes on standard error too.
      if self.link.isPlain { return self.receivePlainError(bytes) }
      if self.state.withLock({ $0.isStderrMarked }) {
        return self.process.didReceive(bytes, on: .stderr)
      }
      guard let finding = self.state.withLock({ $0.stderr.append(bytes) }) else { return }
      if finding.mark == 1 { return self.refuse(finding) }
      self.state.withLock { $0.isStderrMarked = true }
      if !finding.rest.isEmpty { self.process.didReceive(finding.rest, on: .stderr) }
    }
  }

  private func take(_ finding: MarkScanner.Finding) {
    switch finding.mark {
    case 0: self.start(finding)
    case 1: self.refuse(finding)
    default:
      self.state.withLock { $0.stdout = MarkScanner(Array(self.stdoutMarks.prefix(2))) }
      self.sendLine()
    }
  }

  private var stdoutMarks: [String] {
    [RemoteScript.startMark + self.nonce, RemoteScript.refusalMark + self.nonce]
  }

  // The words are the process identifier, that of a polling watchdog with a dot, the login shell.
  private func start(_ finding: MarkScanner.Finding) {
    let words = finding.words
    let leader = words.first.flatMap { Int32($0) }
    self.state.withLock { state in
      state.isStdoutMarked = true
      state.phase = .running
      state.leader = leader ?? 0
      state.poller = words.count > 1 ? Int32(words[1].dropLast()) : nil
    }
    if words.count > 2 { self.link.learn(shell: words[2]) }
    self.process.didStart(id: leader)
    if !finding.rest.isEmpty { self.process.didReceive(finding.rest, on: .stdout) }
    self.startInput()
    self.scheduleHeartbeat()
    // It was stopped while it was being started.
    if self.state.withLock({ $0.isTerminating }) { self.endGroup(self.command.termination) }
    self.finishIfDone()
  }

  func refuse(_ finding: MarkScanner.Finding) {
    let kind = finding.words.first.flatMap { Failure.Kind(rawValue: $0) } ?? .spawnFailed
    let place = self.link.name
    let program =
      switch self.command.form {
      case .arguments(let arguments): arguments[0]
      case .shell: "the command"
      }
    let message =
      switch kind {
      case .commandNotFound: "there is no program '\(program)' on \(place)"
      case .permissionDenied: "'\(program)' may not be executed on \(place)"
      case .directoryNotUsable:
        "cannot enter the directory \(self.command.directory ?? "") on \(place)"
      default: "'\(program)' cannot be started on \(place)"
      }
    self.state.withLock { $0.refusal = Failure(kind, message) }
  }
}
