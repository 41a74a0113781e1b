import ConvokeProcess

/// Something to do about the jobs of a host; see the functions of ``FleetAction`` that make one.
public struct JobAction: Sendable {
  /// Sends what was passed on to the standard input of one host's job.
  ///
  /// It throws when the job does not read it.
  public typealias Sender = @Sendable ([UInt8]) async throws -> Void
  /// Gets the sender of a host, and returns when there is nothing more to send.
  public typealias Input = @Sendable (_ send: @escaping Sender) async -> Void

  enum Kind: Sendable {
    case detach(FleetCommand, JobName?)
    case list(JobName?)
    case prune(JobName?)
    case signal(JobName, Signal)
    case logs(JobName, JobLogOptions)
    case wait(JobName, JobLogOptions, keepsFolder: Bool)
    case attach(JobName, JobReading)
    case reap(ReapRequest)
  }

  let kind: Kind

  var label: String {
    switch self.kind {
    case .detach(_, let name): "detach" + Self.word(name)
    case .list(let name): "jobs" + Self.word(name)
    case .prune(let name): "prune" + Self.word(name)
    case .signal(let name, let signal): "signal \(name) \(signal.name)"
    case .logs(let name, _): "logs \(name)"
    case .wait(let name, _, _): "wait \(name)"
    case .attach(let name, _): "attach \(name)"
    case .reap: "reap"
    }
  }

  private static func word(_ name: JobName?) -> String { name.map { " \($0)" } ?? "" }

  var shownCommand: Command {
    if case .detach(.template(let command), _) = self.kind { return command }
    return .shell(self.label)
  }
}

/// What to look for among the processes of the hosts, and what to do with it.
struct ReapRequest: Sendable {
  /// The runs; empty for every run that nothing holds any more.
  var runs: [RunID]
  /// The jobs to end, too.
  var jobs: [JobName]
  /// Whether all jobs of the runs are to be ended, too.
  var endsAllJobs: Bool
  /// Whether to look only.
  var isDryRun: Bool
}
