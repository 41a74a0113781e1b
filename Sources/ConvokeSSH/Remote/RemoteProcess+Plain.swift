import ConvokeProcess
import Synchronization

/// What differs where each session is an ssh process of its own: ssh's words and its 255 are not
/// those of the command.
extension RemoteProcess {
  func receivePlainError(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let finding = self.state.withLock({ $0.stderr.append(rest) }) {
      switch finding.mark {
      case 0: self.state.withLock { $0.isStderrMarked = true }
      case 1: self.refuse(finding)
      default: self.noteReported(finding)
      }
      rest = finding.rest
      if finding.mark != 0 { break }
    }
  }

  private func noteReported(_ finding: MarkScanner.Finding) {
    guard let status = finding.words.first.flatMap({ Int32($0) }) else { return }
    // A shell reports a signal as 128 and its number; there are 64 of them.
    let isSignal = (129...192).contains(status)
    self.state.withLock { state in
      state.end = isSignal ? .signalled(Signal(rawValue: status - 128)) : .exited(status)
    }
  }

  func plainClosed() { self.finishIfDone() }
}
