import ArgumentParser
import ConvokeFleet
import Foundation

/// `convoke run`: a command on every host.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a command on every host.",
    discussion: RunHelp.discussion
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Command") var program: ProgramOptions
  @OptionGroup(title: "Job") var job: DetachOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp(
      "The command line, for the login shell of each host; {host} is replaced by its name.",
      valueName: "command"
    )
  )
  var words: [String] = []

  /// Runs the command and leaves with its status.
  func run() async throws {
    // What comes after the options is the command, so that nothing looks for --help there.
    if ["-h", "--help"].contains(self.words.first) { throw CleanExit.helpRequest(self) }
    let command = try self.program.command(self.words)
    let values = try self.program.placeholders()
    var call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.record,
      canBeRaw: !self.job.detach
    )
    if self.job.detach {
      throw ExitCode(try await self.job.start(command, values, self.program, &call))
    }
    let action = FleetAction.run(command, values: values)
    if self.record.dryRun { return try await DryRun(call: call).show(action) }
    if self.program.broadcastsInput {
      call.input = try InputSpool()
    }
    throw ExitCode(try await call.perform(action))
  }
}

extension DisplayOptions {
  /// The renderer of a mode.
  func renderer(
    _ mode: OutputMode,
    _ configuration: Configuration,
    console: Console = .shared
  ) -> any RunRenderer & Sendable {
    let environment = ProcessInfo.processInfo.environment
    let colors = self.colorMode(configuration)
    let output = Style(isOn: colors.isOn(for: 1, environment: environment))
    let errors = Style(isOn: colors.isOn(for: 2, environment: environment))
    switch mode {
    case .raw: return RawRenderer(console: console)
    case .json: return JSONRenderer(console: console)
    case .fold: return FoldRenderer(console: console, outputStyle: output, errorStyle: errors)
    case .diff: return DiffRenderer(console: console, style: output)
    case .live:
      return LiveRenderer(
        console: console,
        isLabelled: self.isLabelled(configuration),
        outputStyle: output,
        errorStyle: errors
      )
    }
  }
}
