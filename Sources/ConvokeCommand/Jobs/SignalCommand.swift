import ArgumentParser
import ConvokeFleet
import ConvokeProcess

/// `convoke signal`: a signal to a job.
struct SignalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signal",
    abstract: "Sends a signal to a job.",
    discussion: """
      The signal goes to the whole process group of the job.

      EXAMPLES
        convoke signal -w 'node[1-64]' bench USR1
        convoke signal -w 'node[1-64]' bench STOP
        convoke reap -w 'node[1-64]' bench            (TERM, and KILL after 2 s)
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions
  @OptionGroup(title: "Jobs") var folder: JobFolderOptions

  @Argument(help: ArgumentHelp("The name of the job.", valueName: "name"))
  var name: String

  @Argument(help: ArgumentHelp("The signal: TERM, SIGTERM or 15.", valueName: "signal"))
  var signal: String

  /// Sends it and leaves with the status.
  func run() async throws {
    let name = try jobName(self.name)
    guard let signal = Signal(name: self.signal) else {
      throw UsageError("'\(self.signal)' is not a signal; give its name or number, such as TERM")
    }
    let call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.folder
    )
    let renderer = JobChangeRenderer(
      console: .shared,
      isQuiet: call.isQuiet,
      verb: "\(signal) sent"
    )
    throw ExitCode(try await call.perform(.signal(signal, job: name), orShow: renderer))
  }
}
