import ArgumentParser
import ConvokeFleet
import ConvokeProcess

/// `convoke logs`: the output of a job.
struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Shows the output of a job.",
    discussion: """
      With -f it reads on until the job ends, and the exit status is that of the
      job, as for convoke run. A connection that is lost meanwhile is made again,
      and the output goes on where it was. Ctrl-C ends the reading alone.

      EXAMPLES
        convoke logs -w 'node[1-64]' -b --tail 3 bench
        convoke logs -f -w 'node[1-4]' bench
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FollowFanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions
  @OptionGroup(title: "Jobs") var folder: JobFolderOptions

  @Flag(name: .shortAndLong, help: "Read on until the job ends.")
  var follow = false

  @Flag(help: "Show the standard output alone.")
  var stdout = false

  @Flag(help: "Show the standard error alone.")
  var stderr = false

  @Option(
    help: ArgumentHelp(
      "Begin with so many of the last lines of each stream. (default: all)",
      valueName: "number"
    ),
    transform: Checked.count
  )
  var tail: Int?

  @Argument(help: ArgumentHelp("The name of the job.", valueName: "name"))
  var name: String

  /// Reads and leaves with the status.
  func run() async throws {
    let name = try jobName(self.name)
    var call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.folder
    )
    call.detachNote = "reading has ended; '\(name)' goes on"
    let options = JobLogOptions().with { options in
      options.follows = self.follow
      options.tail = self.tail
      if self.stdout != self.stderr { options.streams = self.stdout ? [.stdout] : [.stderr] }
      options.patience = self.fanout.patience?.duration ?? options.patience
    }
    throw ExitCode(try await call.perform(.logs(of: name, options: options)))
  }
}
