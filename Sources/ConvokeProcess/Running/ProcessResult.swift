/// How a command ended, with its output and its statistics.
public struct ProcessResult: Sendable {
  /// The command that ran.
  public var command: Command
  /// The name of the host it ran on; `nil` for this machine.
  public var host: String?
  /// How it ended.
  public var outcome: Outcome
  /// What was kept of the standard output.
  public var stdout: CapturedOutput
  /// What was kept of the standard error.
  public var stderr: CapturedOutput
  /// When it ran and what was done to it.
  public var statistics: ProcessStatistics

  /// Makes a result.
  ///
  /// - Parameters:
  ///   - command: The command that ran.
  ///   - host: The name of the host it ran on.
  ///   - outcome: How it ended.
  ///   - stdout: What was kept of the standard output.
  ///   - stderr: What was kept of the standard error.
  ///   - statistics: When it ran and what was done to it.
  public init(
    command: Command,
    host: String?,
    outcome: Outcome,
    stdout: CapturedOutput = CapturedOutput(),
    stderr: CapturedOutput = CapturedOutput(),
    statistics: ProcessStatistics
  ) {
    self.command = command
    self.host = host
    self.outcome = outcome
    self.stdout = stdout
    self.stderr = stderr
    self.statistics = statistics
  }

  /// The kinds of failure that happened; empty after a success.
  public var failures: FailureSet {
    var failures = self.outcome.failureSet
    // Ending a process on purpose makes however it ends acceptable.
    if self.statistics.wasKilled, !self.statistics.timedOut {
      failures.subtract([.exitCode, .signal])
    }
    if self.statistics.inputFailed { failures.insert(.input) }
    if self.statistics.expectFailures > 0 { failures.insert(.expect) }
    return failures
  }

  /// Whether nothing failed but what the command accepts.
  public var isOK: Bool { self.failures.isSubset(of: self.command.accepting) }

  /// Hands out the result itself, or throws if the command failed.
  ///
  /// - Returns: This result.
  /// - Throws: ``ProcessError`` with code ``ProcessError/Code/failed`` if ``isOK`` is false.
  @discardableResult
  public func throwOnFailure() throws(ProcessError) -> ProcessResult {
    if self.isOK { return self }
    let place = self.host.map { " on \($0)" } ?? ""
    let words = self.stderr.trimmedText.suffix(400)
    let tail = words.isEmpty ? "" : ": \(words)"
    throw ProcessError(.failed, "'\(self.command.label)'\(place) \(self.outcome)\(tail)")
  }
}
