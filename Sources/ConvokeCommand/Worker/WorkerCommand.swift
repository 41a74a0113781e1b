import ArgumentParser
import ConvokeFleet
import ConvokeGateway
import ConvokeProcess

/// `convoke worker`: the workers in Swift that are kept on hosts.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Shows or removes the workers in Swift that hosts keep.",
    subcommands: [WorkerListCommand.self, WorkerCleanCommand.self]
  )
}

/// What both have.
struct WorkerCacheOptions: ParsableArguments {
  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func perform(_ line: String, named name: String) async throws {
    let call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.record
    )
    let action = FleetAction.run(Command("/bin/sh", "-c", line)).named(name)
    if self.record.dryRun { return try await DryRun(call: call).show(action) }
    throw ExitCode(try await call.perform(action))
  }
}

/// `convoke worker list`: what is there.
struct WorkerListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows hash, size, date and path of each worker that hosts keep."
  )

  @OptionGroup var options: WorkerCacheOptions

  /// Asks the hosts and leaves with the status.
  func run() async throws {
    try await self.options.perform(WorkerCache.listLine, named: "worker list")
  }
}

/// `convoke worker clean`: removes what is there.
struct WorkerCleanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Removes the workers that hosts keep, and shows their paths.",
    discussion: "Workers that run go on; the next gateway sends its worker anew."
  )

  @OptionGroup var options: WorkerCacheOptions

  /// Removes them and leaves with the status.
  func run() async throws {
    try await self.options.perform(WorkerCache.cleanLine, named: "worker clean")
  }
}
