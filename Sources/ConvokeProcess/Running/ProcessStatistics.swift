/// When a command ran and what was done to it.
public struct ProcessStatistics: Sendable, Hashable {
  /// When the start was asked for.
  public var requested: Timestamp
  /// When the program started; `nil` if it never did.
  public var started: Timestamp?
  /// When the outcome was known.
  public var ended: Timestamp
  /// The time taken to connect to the host, if a connection was made for this command.
  public var connecting: Duration?
  /// The time from the request, or from the connection, to the start of the program.
  public var starting: Duration?
  /// The time from the start of the program to its outcome.
  public var running: Duration?
  /// The processor time and memory used; `nil` where nobody counts, as over ssh without a worker.
  public var usage: ResourceUsage?
  /// The process identifier on the machine where it ran.
  public var processID: Int32?
  /// Whether the deadline passed.
  public var timedOut = false
  /// Whether this side ended the process by signal or by ``RunningProcess/terminate()``.
  public var wasKilled = false
  /// Whether it took `SIGKILL` to end it.
  public var wasForced = false
  /// Whether the program closed its input before all of it was written.
  public var inputFailed = false
  /// How many times an `expect` did not find what it looked for.
  public var expectFailures = 0
  /// What kept output from being written to its file: one sentence with the path for each failure.
  public var outputFailures: [String] = []
  /// How many connection attempts were made; 0 for a command of this machine.
  public var attempts = 0

  init(requested: Timestamp) {
    self.requested = requested
    self.ended = requested
  }

  /// Makes the statistics of a command that never started.
  ///
  /// - Parameter moment: When that was decided.
  /// - Returns: The statistics.
  public static func notStarted(at moment: Timestamp) -> ProcessStatistics {
    ProcessStatistics(requested: moment)
  }
}
