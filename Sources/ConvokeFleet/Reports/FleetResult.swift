public import ConvokeHosts
public import ConvokeProcess

/// How one command on one host ended, after all its attempts.
public struct FleetResult: Sendable {
  /// The host, its rank and the part of the action.
  public var member: FleetMember
  /// The result of the last attempt, with its output.
  public var result: ProcessResult
  /// The attempts before the last one, in order, without their output.
  public var earlierAttempts: [Attempt]
  /// What was copied, for `put` and `get`.
  public var transfer: Transfer?
  /// The jobs of the host that the action was about, in the order of their names.
  public var jobs: [Job] = []
  /// What runs have left on the host, for `reap`.
  public var leftovers: [Leftover] = []

  /// Makes a result.
  ///
  /// - Parameters:
  ///   - member: The host, its rank and the part of the action.
  ///   - result: The result of the last attempt.
  ///   - earlierAttempts: The attempts before the last one.
  ///   - transfer: What was copied.
  public init(
    _ member: FleetMember,
    _ result: ProcessResult,
    earlierAttempts: [Attempt] = [],
    transfer: Transfer? = nil
  ) {
    self.member = member
    self.result = result
    self.earlierAttempts = earlierAttempts
    self.transfer = transfer
  }

  /// The host.
  public var host: Host { self.member.host }
  /// The position of the host in the action, from 0.
  public var rank: Int { self.member.rank }
  /// How the last attempt ended.
  public var outcome: Outcome { self.result.outcome }
  /// Whether nothing failed but what the command accepts.
  public var isOK: Bool { self.result.isOK }
  /// How many attempts were made; 0 if the command was never started.
  public var attemptCount: Int {
    if case .notStarted = self.outcome { return self.earlierAttempts.count }
    return self.earlierAttempts.count + 1
  }
}

extension FleetResult {
  /// An attempt that another one followed.
  public struct Attempt: Sendable, Hashable {
    /// How it ended.
    public var outcome: Outcome
    /// When it ran and what was done to it.
    public var statistics: ProcessStatistics
  }

  /// What was copied.
  public struct Transfer: Sendable, Hashable {
    /// How many bytes of file contents.
    public var bytes: Int
    /// How many regular files.
    public var files: Int
  }
}
