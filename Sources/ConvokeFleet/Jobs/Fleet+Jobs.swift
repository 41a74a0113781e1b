public import ConvokeProcess

extension Fleet {
  /// Starts a job on every host: a command that outlives this program and the connection.
  ///
  /// ```swift
  /// try await fleet.detach("./bench --all", as: JobName("bench")).throwOnFailure()
  /// let report = await fleet.wait(for: try JobName("bench"))   // perhaps tomorrow, elsewhere
  /// ```
  ///
  /// - Parameters:
  ///   - line: The command line; placeholders are replaced, quoted if needed.
  ///   - name: The name of the job; `nil` is the identifier of the run.
  ///   - deadline: How long the job may run, which the host sees to; `nil` sets no limit.
  ///   - options: How to do it; its deadline does not count for the job.
  /// - Returns: One result for every host; see ``FleetAction/detach(_:as:values:)``.
  public func detach(
    _ line: String,
    as name: JobName? = nil,
    deadline: Duration? = nil,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    let command = Command.shell(line).with { $0.deadline = deadline }
    return await self.perform(.detach(command, as: name), options: options)
  }

  /// Tells the jobs of every host.
  ///
  /// - Parameters:
  ///   - name: The job to tell; `nil` tells all.
  ///   - options: How to do it.
  /// - Returns: One result for every host, with its jobs.
  public func jobs(
    named name: JobName? = nil,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    await self.perform(.jobs(named: name), options: options)
  }

  /// Waits for the end of a job on every host, reads all its output and removes its folder.
  ///
  /// Cancelling the task ends the wait, not the jobs.
  ///
  /// - Parameters:
  ///   - name: The job.
  ///   - limit: How long to wait on each host; `nil` waits as long as it takes.
  ///   - keepsFolder: Whether the folders stay.
  ///   - options: How to do it.
  /// - Returns: One result for every host, as running the command would have given.
  public func wait(
    for name: JobName,
    within limit: Duration? = nil,
    keepsFolder: Bool = false,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    let changed = options.with { $0.deadline = limit ?? $0.deadline }
    return await self.perform(.wait(for: name, keepsFolder: keepsFolder), options: changed)
  }

  /// Reads the output of a job on every host.
  ///
  /// - Parameters:
  ///   - name: The job.
  ///   - log: What is read, and how.
  ///   - options: How to do it.
  /// - Returns: One result for every host, with the output.
  public func logs(
    of name: JobName,
    log: JobLogOptions = JobLogOptions(),
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    await self.perform(.logs(of: name, options: log), options: options)
  }

  /// Sends a signal to the process group of a job on every host.
  ///
  /// - Parameters:
  ///   - signal: The signal.
  ///   - name: The job.
  ///   - options: How to do it.
  /// - Returns: One result for every host; a job that has ended is a failure.
  @discardableResult
  public func signal(
    _ signal: Signal,
    job name: JobName,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    await self.perform(.signal(signal, job: name), options: options)
  }

  /// Removes the folders of jobs that have ended or are lost, with their output.
  ///
  /// - Parameters:
  ///   - name: The job to remove; `nil` removes all.
  ///   - options: How to do it.
  /// - Returns: One result for every host, with the jobs that were removed.
  @discardableResult
  public func pruneJobs(
    named name: JobName? = nil,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    await self.perform(.pruneJobs(named: name), options: options)
  }

  /// Finds what runs have left on the hosts, and ends it.
  ///
  /// - Parameters:
  ///   - runs: The runs; empty for every run that nothing holds any more.
  ///   - jobs: Detached jobs to end.
  ///   - endsAllJobs: Whether all detached jobs of the runs are ended.
  ///   - isDryRun: Whether to look only.
  ///   - options: How to do it.
  /// - Returns: One result for every host; see ``FleetAction/reap(runs:jobs:endsAllJobs:isDryRun:)``.
  @discardableResult
  public func reap(
    runs: [RunID] = [],
    jobs: [JobName] = [],
    endsAllJobs: Bool = false,
    isDryRun: Bool = false,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    let action = FleetAction.reap(
      runs: runs,
      jobs: jobs,
      endsAllJobs: endsAllJobs,
      isDryRun: isDryRun
    )
    return await self.perform(action, options: options)
  }
}
