import ArgumentParser
import ConvokeFleet

/// `convoke jobs`: the jobs of the hosts.
struct JobsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs",
    abstract: "Shows the jobs of the hosts, or removes those that have ended.",
    discussion: """
      A job is what convoke run --detach started: it goes on without this program
      and without the connection, and its output and outcome stay on its host
      until convoke wait fetches them.

      EXAMPLES
        convoke run --detach --name bench -w 'node[1-64]' ./bench
        convoke jobs -w 'node[1-64]'
        convoke logs -f -w 'node[1-64]' bench
        convoke wait -w 'node[1-64]' -b bench
        convoke jobs --prune -w 'node[1-64]'

      The exit status is 1 if a job was asked for by name and some host has none.
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions
  @OptionGroup(title: "Jobs") var folder: JobFolderOptions

  @Flag(help: "Remove the jobs that have ended or are lost, with their output.")
  var prune = false

  @Argument(help: ArgumentHelp("The name of a job. (default: all jobs)", valueName: "name"))
  var name: String?

  /// Asks the hosts and leaves with the status.
  func run() async throws {
    let name = try self.name.map(jobName)
    let call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.folder
    )
    guard self.prune else {
      let renderer = JobTableRenderer(console: .shared)
      throw ExitCode(try await call.perform(.jobs(named: name), orShow: renderer))
    }
    let renderer = JobChangeRenderer(console: .shared, isQuiet: call.isQuiet, verb: "removed")
    throw ExitCode(try await call.perform(.pruneJobs(named: name), orShow: renderer))
  }
}
