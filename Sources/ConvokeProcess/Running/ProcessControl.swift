/// What a started process can be asked for, wherever it runs.
///
/// An implementation calls ``RunningProcess/didStart(id:)`` once, then
/// ``RunningProcess/didReceive(_:on:)`` and ``RunningProcess/didEndOutput(_:)`` as output comes, and
/// ``RunningProcess/didEnd(_:usage:)`` once the program has ended; all of them from any thread, one
/// at a time. After `didEnd` it is not called again.
package protocol ProcessControl: AnyObject, Sendable {
  /// Writes to the standard input; returns when all bytes are on their way.
  ///
  /// - Throws: ``ProcessError`` with code `inputClosed` when the program no longer reads.
  func write(_ bytes: [UInt8]) async throws
  /// Ends the standard input once what was written is on its way.
  func closeInput()
  /// Sends a signal to the process group.
  func send(_ signal: Signal)
  /// Ends the process group, step by step; calls `forced` before the final `SIGKILL`.
  func terminate(_ sequence: TerminationSequence)
  /// Stops or resumes reading a stream, so that the program has to wait.
  func setPaused(_ isPaused: Bool, _ stream: OutputStream)
  /// Tells the pseudo-terminal its new size.
  func resize(rows: UInt16, columns: UInt16)
  /// Gives the process up: closes everything of this side; no call back is expected any more.
  func abandon()
  /// How long after the last step of a termination the end may take before the process is given up.
  var patience: Duration { get }
}

extension ProcessControl {
  /// Three seconds: killed processes are gone soon.
  package var patience: Duration { .seconds(3) }
}

/// How a program ended, as told by the side that saw it.
package enum ProcessEnd: Sendable {
  /// By itself.
  case exited(Int32)
  /// By a signal.
  case signalled(Signal)
  /// It never ran, or nobody can say: the outcome to report.
  case outcome(Outcome)
}
