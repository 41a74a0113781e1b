import ArgumentParser
import ConvokeFleet
import ConvokeHosts

/// `convoke wait`: the end of a job, with all its output.
struct WaitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Waits for the end of a job, fetches all its output and removes it.",
    discussion: """
      Output and exit status are those that convoke run would have had. The
      folder of the job is removed once as many bytes have arrived as it had
      written, so that output is fetched whole, and once. With -t the waiting
      ends after that time, with status 4; the job goes on. So it does after
      Ctrl-C.

      EXAMPLES
        convoke wait -w 'node[1-64]' -b bench
        convoke wait -w 'node[1-64]' --save out bench     (out/hosts/HOST/stdout)
        convoke wait -w node1 -t 10m --keep bench
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions
  @OptionGroup(title: "Jobs") var folder: JobFolderOptions

  @Flag(help: "Do not remove the job.")
  var keep = false

  @Option(
    help: ArgumentHelp(
      "How long to try to reach a host again when its connection was lost. (default: 10m)",
      valueName: "duration"
    )
  )
  var patience: DurationArgument?

  @Argument(help: ArgumentHelp("The name of the job.", valueName: "name"))
  var name: String

  /// Waits and leaves with the status.
  func run() async throws {
    let name = try jobName(self.name)
    var call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.record,
      canBeRaw: true
    )
    call.options.jobsFolder = self.folder.jobsDir
    call.detachNote = "the waiting has ended; '\(name)' goes on"
    let action = FleetAction.wait(
      for: name,
      keepsFolder: self.keep,
      patience: self.patience?.duration ?? JobLogOptions().patience
    )
    let renderer = call.display.renderer(call.mode, call.configuration)
    guard !self.keep, !call.isQuiet else {
      throw ExitCode(try await call.perform(action, renderer: renderer))
    }
    let noting = KeptJobRenderer(console: .shared, renderer: renderer, name: name)
    throw ExitCode(try await call.perform(action, renderer: noting))
  }
}

/// Says at the end which hosts still have the job though it has ended; another renderer shows all else.
private struct KeptJobRenderer: RunRenderer {
  let console: Console
  var renderer: any RunRenderer & Sendable
  let name: JobName
  private var hosts: [Host] = []

  init(console: Console, renderer: any RunRenderer & Sendable, name: JobName) {
    self.console = console
    self.renderer = renderer
    self.name = name
  }

  mutating func show(_ event: FleetEvent) async {
    await self.renderer.show(event)
    switch event {
    case .ended(let result):
      if case .ended = result.jobs.first?.state { self.hosts.append(result.host) }
    case .finished where !self.hosts.isEmpty:
      self.console.note(
        "convoke: \(HostSet(self.hosts).folded): '\(self.name)' is not removed, as something that it "
          + "left behind has its output open; convoke reap ends that, convoke jobs --prune removes it"
      )
    default: break
    }
  }
}
