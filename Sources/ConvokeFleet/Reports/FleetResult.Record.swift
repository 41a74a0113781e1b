import ConvokeHosts
import ConvokeProcess

extension FleetResult {
  /// The result as it is written to JSON.
  public struct Record: Codable, Sendable, Hashable {
    /// The name of the host.
    public var host: String
    /// The login name, if one was given.
    public var user: String?
    /// The port, if one was given.
    public var port: Int?
    /// The position of the host in the action, from 0.
    public var rank: Int
    /// The place of the action in a composed one.
    public var step: [Int]
    /// The command line.
    public var command: String
    /// The word for the outcome, such as `exited` or `timed-out`.
    public var outcome: String
    /// The exit code, if the program ended by itself.
    public var exitCode: Int32?
    /// The name of the signal that ended the program.
    public var signal: String?
    /// The kind of failure, such as `connection-refused`.
    public var failure: String?
    /// The outcome as a phrase for people, if it is a failure.
    public var message: String?
    /// Whether the result counts as a success.
    public var ok: Bool
    /// How many attempts were made.
    public var attempts: Int
    /// When the program started, in seconds since 1970.
    public var started: Double?
    /// When the outcome was known, in seconds since 1970.
    public var ended: Double
    /// The standard output, with a mark where some was dropped.
    public var stdout: String?
    /// The standard error, with a mark where some was dropped.
    public var stderr: String?
    /// How many bytes the program wrote to standard output.
    public var stdoutBytes: Int
    /// How many bytes the program wrote to standard error.
    public var stderrBytes: Int
    /// How many bytes of files were copied.
    public var copiedBytes: Int?
    /// How many files were copied.
    public var copiedFiles: Int?
  }

  /// The record of the result.
  ///
  /// - Parameter includesOutput: Whether the output of the command is in it.
  /// - Returns: The record.
  public func record(includesOutput: Bool = true) -> Record {
    var record = Record(
      host: self.host.name,
      user: self.host.user,
      port: self.host.port,
      rank: self.rank,
      step: self.member.step,
      command: "\(self.result.command)",
      outcome: self.outcome.word,
      failure: self.outcome.failure?.kind.rawValue,
      message: self.isOK ? nil : "\(self.outcome)",
      ok: self.isOK,
      attempts: self.attemptCount,
      started: self.result.statistics.started?.seconds,
      ended: self.result.statistics.ended.seconds,
      stdoutBytes: self.result.stdout.count,
      stderrBytes: self.result.stderr.count,
      copiedBytes: self.transfer?.bytes,
      copiedFiles: self.transfer?.files
    )
    if case .exited(let code) = self.outcome { record.exitCode = code }
    if case .signalled(let signal) = self.outcome { record.signal = signal.name }
    if includesOutput {
      record.stdout = self.result.stdout.text
      record.stderr = self.result.stderr.text
    }
    return record
  }
}
