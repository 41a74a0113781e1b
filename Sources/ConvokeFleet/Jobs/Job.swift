public import ConvokeProcess

/// A job of a host, as its folder there tells: what was asked for, and how it fares.
public struct Job: Sendable, Hashable {
  /// The name.
  public var name: String
  /// What the host was called when the job was started; hosts may share a home directory.
  public var startedAs: String
  /// The run that started it; `nil` if the folder does not tell.
  public var run: RunID?
  /// The command line; `nil` if the folder does not tell.
  public var command: String?
  /// The command line with its placeholders, if it had any.
  public var template: String?
  /// How it fares.
  public var state: State
  /// When it was started, by the clock of the host, in whole seconds.
  public var started: Timestamp?
  /// When it ended, by the clock of the host, in whole seconds.
  public var ended: Timestamp?
  /// How long it may run, which its keeper sees to.
  public var deadline: Duration?
  /// Whether its standard input can be written to, by ``FleetAction/attach(to:options:endsInput:requiresInput:input:)``.
  public var takesInput: Bool
  /// The size of its standard output so far, in bytes.
  public var stdoutBytes: Int
  /// The size of its standard error so far, in bytes.
  public var stderrBytes: Int
  /// The number of its first process, which leads its process group.
  public var processID: Int32?

  /// Makes a job that runs.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - host: What the host is called.
  public init(_ name: String, on host: String) {
    self.name = name
    self.startedAs = host
    self.state = .running
    self.takesInput = false
    self.stdoutBytes = 0
    self.stderrBytes = 0
  }
}

extension Job {
  /// How a job fares.
  public enum State: Sendable, Hashable {
    /// It is about to be started.
    case starting
    /// It runs, or is stopped.
    case running
    /// It ended: exited, signalled or timed out.
    case ended(Outcome)
    /// Nobody watches over it and there is no outcome: the host was restarted, or its keeper killed.
    ///
    /// The output that is there can be read. Its process may still run.
    case lost(isAlive: Bool)
  }

  /// Whether it has its outcome, or will never have one.
  public var isOver: Bool {
    switch self.state {
    case .starting, .running: false
    case .ended, .lost: true
    }
  }
}

extension Job.State {
  /// The word that tables and JSON output use.
  public var word: String {
    switch self {
    case .starting: "starting"
    case .running: "running"
    case .ended: "ended"
    case .lost: "lost"
    }
  }
}
