public import ConvokeProcess

/// What to try again on the same host, how often, and how long to wait before.
public struct RetryPolicy: Sendable, Hashable {
  /// How many more attempts each cause is worth; a cause not named is worth none.
  public var limits: [Cause: Int]
  /// The time before the second attempt.
  public var delay: Duration
  /// What the time is multiplied with after each attempt.
  public var factor: Double
  /// The longest time between two attempts.
  public var longestDelay: Duration

  /// Makes a policy with one limit for some causes.
  ///
  /// - Parameters:
  ///   - limit: How many more attempts each of the causes is worth.
  ///   - causes: What is tried again; by default only what says nothing about the command itself.
  ///   - delay: The time before the second attempt.
  ///   - factor: What the time is multiplied with after each attempt.
  ///   - longestDelay: The longest time between two attempts.
  public init(
    _ limit: Int,
    on causes: Set<Cause> = [.connect],
    delay: Duration = .seconds(1),
    factor: Double = 2,
    longestDelay: Duration = .seconds(30)
  ) {
    self.limits = Dictionary(uniqueKeysWithValues: causes.map { ($0, limit) })
    self.delay = delay
    self.factor = factor
    self.longestDelay = longestDelay
  }

  /// Tries everything once.
  public static let none = RetryPolicy(0)
}

extension RetryPolicy {
  /// The causes of failure that can be tried again.
  public enum Cause: String, Sendable, Hashable, CaseIterable {
    /// The host could not be reached; wrong keys and refused logins are not tried again.
    case connect
    /// The command ended with an exit code other than 0 or by a signal, or the copy failed.
    case exit
    /// The deadline passed.
    case timeout
    /// The link was lost while the command ran.
    case lost

    /// The cause behind an outcome; `nil` if another attempt could not change it.
    ///
    /// - Parameter outcome: How the last attempt ended.
    public init?(_ outcome: Outcome) {
      switch outcome {
      case .exited(0), .cancelled, .notStarted: return nil
      case .exited, .signalled: self = .exit
      case .timedOut: self = .timeout
      case .lost: self = .lost
      case .unreachable(let failure):
        let isFinal = [.hostKeyChanged, .hostKeyUnknown, .authentication].contains(failure.kind)
        if isFinal { return nil }
        self = .connect
      case .refused(let failure):
        switch failure.kind {
        case .copyFailed: self = .exit
        case .spawnFailed, .sessionRefused: self = .connect
        default: return nil
        }
      }
    }
  }

  /// The attempts made of one command, counted by cause.
  struct Tally {
    private let policy: RetryPolicy
    private var used: [Cause: Int] = [:]
    private var delay: Duration

    init(_ policy: RetryPolicy) {
      self.policy = policy
      self.delay = policy.delay
    }

    /// How long to wait before the next attempt; `nil` if there is none.
    mutating func delay(after outcome: Outcome) -> Duration? {
      guard let cause = Cause(outcome) else { return nil }
      guard self.used[cause, default: 0] < self.policy.limits[cause, default: 0] else { return nil }
      self.used[cause, default: 0] += 1
      defer { self.delay = min(self.delay * self.policy.factor, self.policy.longestDelay) }
      return min(self.delay, self.policy.longestDelay)
    }
  }
}
