import ConvokeProcess
import Synchronization

extension RemoteProcess {
  func receive(_ bytes: ArraySlice<UInt8>, _ stream: OutputStream) {
    let isMarked = self.state.withLock { state in
      stream == .stdout ? state.isStdoutMarked : state.isStderrMarked
    }
    if isMarked { return self.deliver(bytes, stream) }
    let finding = self.state.withLock { state in
      stream == .stdout ? state.stdout.append(bytes) : state.stderr.append(bytes)
    }
    guard let finding else { return }
    if finding.mark == 1 {
      self.refuse(finding)
    } else if stream == .stdout {
      self.take(finding)
    } else {
      self.state.withLock { $0.isStderrMarked = true }
      self.deliver(finding.rest, stream)
    }
  }

  private func deliver(_ bytes: ArraySlice<UInt8>, _ stream: OutputStream) {
    let (ours, status) =
      self.state.withLock { state in
        state.endMark?.stream == stream ? state.endMark?.scanner.append(bytes) : nil
      } ?? (bytes, nil)
    if !ours.isEmpty { self.process.didReceive(ours, on: stream) }
    guard let status else { return }
    // A shell reports a signal as 128 and its number; there are 64 of them.
    let isSignal = (129...192).contains(status)
    self.state.withLock { state in
      state.end = isSignal ? .signalled(Signal(rawValue: status - 128)) : .exited(status)
    }
  }

  private func take(_ finding: MarkScanner.Finding) {
    switch finding.mark {
    case 0: self.start(finding)
    case 1: self.refuse(finding)
    default:
      self.state.withLock { $0.stdout = MarkScanner(Array(self.stdoutMarks.prefix(2))) }
      self.writeFirstInput()
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
    self.deliver(finding.rest, .stdout)
    self.startInput()
    self.startHeartbeat()
    // It was stopped while it was being started.
    if self.state.withLock({ $0.isTerminating }) { self.endGroup(self.command.termination) }
    self.finishIfDone()
  }

  func refuse(_ finding: MarkScanner.Finding) {
    let kind = finding.words.first.flatMap { Failure.Kind(rawValue: $0) } ?? .spawnFailed
    let refusal = Failure.refusal(kind, of: self.command, on: self.link.name)
    self.state.withLock { $0.refusal = refusal }
  }
}
