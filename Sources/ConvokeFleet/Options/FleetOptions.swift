public import ConvokeProcess

/// How an action is carried out over the hosts of a fleet.
public struct FleetOptions: Sendable {
  /// How many hosts are worked on at a time.
  public var window = 64
  /// The rolling batches to work in, one after the other; `nil` works on all hosts in one go.
  public var batch: Batch?
  /// When to give up the rest; `nil` tries every host.
  public var stopRule: StopRule?
  /// What to try again, how often and when.
  public var retries = RetryPolicy.none
  /// How long each attempt of a command may run, unless the command itself says less.
  public var deadline: Duration?
  /// How long the whole action may take; commands that still run then have timed out.
  public var timeLimit: Duration?
  /// How much of each output stream is kept for each host; a command may keep less.
  public var keepOutput = OutputOptions.Keep(head: 1 << 20, tail: 1 << 20)
  /// How many bytes of output are kept in all, shared out evenly to the hosts beforehand.
  ///
  /// Every stream may keep 4 KiB, however many hosts there are.
  public var outputBudget = 512 << 20
  /// Whether output is told as events, and in which form.
  public var outputEvents = OutputEvents.none
  /// The identifier of the run; `nil` makes a new one for each action.
  public var run: RunID?
  /// The folder of the jobs on the hosts; relative paths begin at the home directory there.
  ///
  /// `nil` is `convoke/jobs` in `$XDG_STATE_HOME`, by default `~/.local/state`.
  public var jobsFolder: String?
  /// The folder that records the run while it goes on; `nil` records nothing.
  public var journal: FleetJournal?

  /// Makes the usual options: 64 hosts at a time, every host tried once.
  public init() {}

  /// A copy of the options with some of them changed.
  ///
  /// - Parameter change: What to change.
  /// - Returns: The changed copy.
  public func with(_ change: (inout FleetOptions) -> Void) -> FleetOptions {
    var copy = self
    change(&copy)
    return copy
  }
}

extension FleetOptions {
  /// The forms in which output is told as events.
  public enum OutputEvents: Sendable, Hashable {
    /// No output events; the output is in the results alone.
    case none
    /// Chunks as they arrive, which may end anywhere.
    case chunks
    /// Whole lines.
    case lines
  }
}
