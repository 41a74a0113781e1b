public import ConvokeHosts
public import ConvokeProcess

extension FleetAction {
  /// Starts a job on every host: a command that outlives this program and the connection.
  ///
  /// Its streams are files on the host, its outcome too, and its deadline is kept there. It begins in
  /// a session of its own, so that nothing that ends a run ends it. A host that has a job of that
  /// name refuses: the outcome is `refused` with kind `job-exists`. A terminal is not possible.
  ///
  /// - Parameters:
  ///   - command: The command, with placeholders. Its input is `none`, or `stream` for one that
  ///     ``attach(to:options:endsInput:requiresInput:input:)`` can write to; its deadline and termination count there.
  ///   - name: The name of the job; `nil` is the identifier of the run.
  ///   - values: Lists for placeholders.
  /// - Returns: The action; each result has the job in ``FleetResult/jobs``.
  public static func detach(
    _ command: Command,
    as name: JobName? = nil,
    values: [String: [String]] = [:]
  ) -> FleetAction {
    let action = JobAction(kind: .detach(.template(command), name))
    return FleetAction(.job(action), values: values)
  }

  /// Starts a job made for each host.
  ///
  /// - Parameters:
  ///   - name: The name of the job; `nil` is the identifier of the run.
  ///   - make: Makes the command of a host and its rank.
  /// - Returns: The action.
  public static func detach(
    as name: JobName? = nil,
    _ make: @escaping @Sendable (Host, Int) throws -> Command
  ) -> FleetAction {
    FleetAction(.job(JobAction(kind: .detach(.each(make), name))))
  }

  /// Tells the jobs of every host.
  ///
  /// A host tells those that were started under the name it has now, and those of the same machine
  /// that were started under a name which no host of the fleet has.
  ///
  /// - Parameter name: The job to tell; `nil` tells all.
  /// - Returns: The action; each result has the jobs in ``FleetResult/jobs``.
  public static func jobs(named name: JobName? = nil) -> FleetAction {
    FleetAction(.job(JobAction(kind: .list(name))))
  }

  /// Removes the folders of jobs that have ended or are lost, with their output.
  ///
  /// - Parameter name: The job to remove; `nil` removes all. One that runs is never removed.
  /// - Returns: The action; each result has the jobs that were removed.
  public static func pruneJobs(named name: JobName? = nil) -> FleetAction {
    FleetAction(.job(JobAction(kind: .prune(name))))
  }

  /// Sends a signal to the process group of a job.
  ///
  /// - Parameters:
  ///   - signal: The signal.
  ///   - name: The job.
  /// - Returns: The action.
  public static func signal(_ signal: Signal, job name: JobName) -> FleetAction {
    FleetAction(.job(JobAction(kind: .signal(name, signal))))
  }

  /// Reads the output of a job.
  ///
  /// When it follows, the outcome of a host is that of the job; a deadline of the options ends the
  /// reading alone. A connection that is lost meanwhile is made again, and no byte comes twice.
  ///
  /// - Parameters:
  ///   - name: The job.
  ///   - options: What is read, and how.
  /// - Returns: The action.
  public static func logs(
    of name: JobName,
    options: JobLogOptions = JobLogOptions()
  ) -> FleetAction {
    FleetAction(.job(JobAction(kind: .logs(name, options))))
  }

  /// Waits for the end of a job, reads all its output and removes its folder.
  ///
  /// The result is what running the command would have given. The folder is removed once as many
  /// bytes have arrived as the job has written; a job that is lost keeps it, and so does one whose
  /// left-behind processes still write. A deadline of the options ends the waiting alone.
  ///
  /// - Parameters:
  ///   - name: The job.
  ///   - keepsFolder: Whether the folder stays.
  ///   - patience: How long to go on trying to reach the host once the connection was lost.
  /// - Returns: The action; each result has the job if its folder is still there.
  public static func wait(
    for name: JobName,
    keepsFolder: Bool = false,
    patience: Duration = JobLogOptions().patience
  ) -> FleetAction {
    let options = JobLogOptions().with { options in
      options.follows = true
      options.patience = patience
    }
    return FleetAction(.job(JobAction(kind: .wait(name, options, keepsFolder: keepsFolder))))
  }

  /// Follows a job and writes to its standard input.
  ///
  /// What is being written while a connection is lost may be lost with it.
  ///
  /// - Parameters:
  ///   - name: The job.
  ///   - options: What is read, and how; it is followed in any case.
  ///   - endsInput: Whether the input of the job ends, for good, when there is nothing more to send.
  ///   - requiresInput: Whether a job that takes no input is refused; else nothing is asked for it.
  ///   - input: Called for each host with what sends to its job; `nil` sends nothing.
  /// - Returns: The action.
  public static func attach(
    to name: JobName,
    options: JobLogOptions = JobLogOptions(),
    endsInput: Bool = false,
    requiresInput: Bool = true,
    input: JobAction.Input? = nil
  ) -> FleetAction {
    var reading = JobReading(options.with { $0.follows = true })
    reading.input = input
    reading.endsInput = endsInput
    reading.requiresInput = requiresInput
    return FleetAction(.job(JobAction(kind: .attach(name, reading))))
  }

  /// Finds what runs have left on the hosts, and ends it with the standard termination sequence.
  ///
  /// Processes are found by ``RunID`` in their environment, those of the user alone. A run that is
  /// not named is only touched where nothing holds its processes any more, no ssh session and no
  /// program that is not a shell; detached jobs only if they are named or `endsAllJobs` is set.
  ///
  /// - Parameters:
  ///   - runs: The runs; empty for all.
  ///   - jobs: Detached jobs to end.
  ///   - endsAllJobs: Whether all detached jobs of the runs are ended.
  ///   - isDryRun: Whether to look only.
  /// - Returns: The action; each result has what was found in ``FleetResult/leftovers``.
  public static func reap(
    runs: [RunID] = [],
    jobs: [JobName] = [],
    endsAllJobs: Bool = false,
    isDryRun: Bool = false
  ) -> FleetAction {
    let request = ReapRequest(
      runs: runs,
      jobs: jobs,
      endsAllJobs: endsAllJobs,
      isDryRun: isDryRun
    )
    return FleetAction(.job(JobAction(kind: .reap(request))))
  }
}
