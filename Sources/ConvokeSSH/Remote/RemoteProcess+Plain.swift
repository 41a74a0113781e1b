import ConvokeProcess
import Synchronization

/// What differs where each session is an ssh process of its own: ssh's words and its 255 are not
/// those of the command.
extension RemoteProcess {
  /// Takes the end of the ssh process, which tells how the command ended only if the script did not.
  func sshEnded(_ end: ProcessEnd) {
    let (phase, isKnown, isEnding, words) = self.state.withLock { state in
      (
        state.phase, state.end != nil || state.refusal != nil, state.isTerminating,
        state.stderr.noise
      )
    }
    if isKnown {
      self.state.withLock { if $0.end == nil { $0.end = end } }
      return self.finishIfDone()
    }
    guard phase == .running else { return self.sshFailed(end, words) }
    // SIGKILL takes the script with the command, so that nobody reports the end.
    if isEnding { return self.finish(.signalled(.kill)) }
    let message = "the link to \(self.link.name) was lost: ssh ended before the command"
    self.finish(.outcome(.lost(Failure(.lost, message))))
  }

  private func sshFailed(_ end: ProcessEnd, _ words: String) {
    guard case .exited(255) = end else {
      return self.finish(.outcome(.refused(self.silence("ended the session"))))
    }
    self.finish(.outcome(.unreachable(SSHDiagnosis.failure(words, host: self.link.name))))
  }
}
