/// How to end a process group: signals with the time each is given, and `SIGKILL` last.
///
/// ```swift
/// let patient = TerminationSequence([.init(.interrupt, wait: .seconds(2)), .init(.terminate, wait: .seconds(10))])
/// ```
public struct TerminationSequence: Sendable, Hashable {
  /// The steps before the final `SIGKILL`, in order.
  public var steps: [Step]

  /// Makes a sequence; `SIGKILL` follows its last step.
  ///
  /// - Parameter steps: The signals to send first, in order, each with the time it is given.
  public init(_ steps: [Step]) { self.steps = steps }

  /// Sends `SIGTERM`, waits two seconds, then sends `SIGKILL`.
  public static let standard = TerminationSequence([Step(.terminate, wait: .seconds(2))])
  /// Sends `SIGKILL` at once.
  public static let immediate = TerminationSequence([])

  /// The longest time the whole sequence takes before `SIGKILL` is sent.
  public var grace: Duration { self.steps.reduce(.zero) { $0 + $1.wait } }
}

extension TerminationSequence {
  /// One signal and the time the processes have to act on it.
  public struct Step: Sendable, Hashable {
    /// The signal, sent to the whole process group.
    public var signal: Signal
    /// How long to wait for the group to end before the next step.
    public var wait: Duration

    /// Makes a step.
    ///
    /// - Parameters:
    ///   - signal: The signal to send to the process group.
    ///   - wait: How long to wait before the next step.
    public init(_ signal: Signal, wait: Duration) {
      self.signal = signal
      self.wait = wait
    }
  }
}
