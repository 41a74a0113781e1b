/// What a run has left on a host: processes that have its identifier in their environment.
public struct Leftover: Sendable, Hashable {
  /// The run.
  public var run: RunID
  /// The detached job that the processes belong to, if they belong to one.
  public var job: String?
  /// The processes, in the order of their numbers.
  public var processes: [Process]
  /// What became of them.
  public var state: State

  /// A process that was found.
  public struct Process: Sendable, Hashable {
    /// Its number.
    public var id: Int32
    /// The start of its command line.
    public var command: String
  }

  /// What became of the processes of a run.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// They were found, and nothing was done.
    case found
    /// They have ended.
    case ended
    /// They have something above them that is alive, as in a run that goes on, and were left alone.
    case held
    /// They belong to a detached job, and were left alone.
    case kept
    /// Some of them did not end even when they were killed.
    case stuck
  }
}
