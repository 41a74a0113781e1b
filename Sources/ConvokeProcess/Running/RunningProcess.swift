import Synchronization

/// A process that was started, on this machine or on another one.
///
/// Get one from ``Command/start(_:)`` for the length of a scope, or from ``Command/launch()`` to
/// keep it longer. All its waits end when the calling task is cancelled.
public final class RunningProcess: Sendable {
  /// The command that runs.
  public let command: Command
  /// The name of the host it runs on; `nil` for this machine.
  public let host: String?

  let state: Mutex<State>
  private let requested = Timestamp.now
  let clockStart = ContinuousClock.now

  /// Makes a process that is about to be started.
  ///
  /// - Parameters:
  ///   - command: The command to run.
  ///   - host: The name of the host; `nil` for this machine.
  ///   - isInteractive: Whether it can be read and searched while it runs: up to 1 MiB of each stream is kept
  ///     for `expect`, and 256 KiB for the first reader.
  package init(_ command: Command, host: String? = nil, isInteractive: Bool = false) {
    self.command = command
    self.host = host
    var state = State(
      statistics: ProcessStatistics(requested: self.requested),
      capture: [
        .stdout: CaptureBuffer(command.stdout.keep), .stderr: CaptureBuffer(command.stderr.keep),
      ]
    )
    if isInteractive {
      state.unread = UnreadOutput(of: OutputStream.allCases)
      state.expectBuffers = [.stdout: ExpectBuffer(), .stderr: ExpectBuffer()]
    }
    self.state = Mutex(state)
    self.startPumps()
  }

  /// The process identifier on the machine where it runs; `nil` before it started.
  public var id: Int32? { self.state.withLock { $0.statistics.processID } }

  /// Whether the program has not ended yet.
  public var isRunning: Bool { self.state.withLock { $0.outcome == nil } }

  /// Waits until the program has started, or until it is known that it never will.
  public func waitUntilStarted() async {
    await withCheckedContinuation { continuation in
      let isDone = self.state.withLock { state in
        if state.isStarted || state.outcome != nil { return true }
        state.startWaiters.append(continuation)
        return false
      }
      if isDone { continuation.resume() }
    }
  }
}
