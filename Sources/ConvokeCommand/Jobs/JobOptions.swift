import ArgumentParser
import ConvokeFleet

/// Where the jobs are on the hosts.
struct JobFolderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of the jobs on the hosts. (default: ${XDG_STATE_HOME:-~/.local/state}/convoke/jobs)",
      valueName: "dir"
    )
  )
  var jobsDir: String?
}

/// How many hosts at a time, for commands where `-f` follows.
struct FollowFanoutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("How many hosts to work on at a time. (default: all)", valueName: "number"),
    transform: Checked.positive
  )
  var fanout: Int?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How long to read from a host. (default: no limit)", valueName: "duration")
  )
  var timeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "How long to try to reach a host again when its connection was lost. (default: 10m)",
      valueName: "duration"
    )
  )
  var patience: DurationArgument?
}

/// Reads the name of a job.
func jobName(_ text: String) throws -> JobName {
  do {
    return try JobName(text)
  } catch {
    throw UsageError("\(error)")
  }
}

extension FleetCall {
  /// A call about jobs that follows all hosts at the same time.
  init(
    _ targets: TargetOptions,
    _ fanout: FollowFanoutOptions,
    _ connection: ConnectionOptions,
    _ display: DisplayOptions,
    _ folder: JobFolderOptions
  ) async throws {
    try await self.init(
      targets,
      try FanoutOptions.parse([]),
      connection,
      display,
      try RecordOptions.parse([]),
      canBeRaw: true
    )
    self.options.window = fanout.fanout ?? max(self.options.window, self.hosts.count)
    self.options.deadline = fanout.timeout?.duration
    self.options.jobsFolder = folder.jobsDir
  }

  /// A call about jobs that asks and does no more.
  init(
    _ targets: TargetOptions,
    _ fanout: FanoutOptions,
    _ connection: ConnectionOptions,
    _ display: DisplayOptions,
    _ folder: JobFolderOptions
  ) async throws {
    try await self.init(
      targets,
      fanout,
      connection,
      display,
      try RecordOptions.parse([])
    )
    self.options.jobsFolder = folder.jobsDir
  }

  /// Carries out an action about jobs: events as JSON, or what a renderer makes of them.
  func perform(
    _ action: FleetAction,
    orShow renderer: any RunRenderer & Sendable
  ) async throws -> Int32 {
    let isJSON = self.mode == .json
    return try await self.perform(
      action,
      renderer: isJSON ? JSONRenderer(console: .shared) : renderer
    )
  }
}
