import ArgumentParser
import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
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
  @OptionGroup(title: "Command") var program: ProgramOptions
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
    let configuration = try Configuration()
    let hosts = try self.targets.resolve(configuration)
    let command = try self.program.command(self.words)
    let action = FleetAction.run(command, values: try self.program.placeholders())
    var options = try self.fanout.fleetOptions(configuration)
    let mode = self.display.mode(configuration, isAlone: hosts.count == 1)
    if [.live, .raw, .json].contains(mode) {
      options.outputEvents = .chunks
      options.keepOutput = OutputOptions.Keep(head: 0, tail: 0)
    }
    let fleet = try FleetFactory.fleet(hosts, self.connection, configuration)
    let isQuiet = self.display.isQuiet(configuration)
    let session = RunSession(isQuiet: isQuiet)
    let renderer = self.display.renderer(mode, configuration)
    let (report, reason) = await session.perform(
      action,
      on: fleet,
      options: options,
      renderer: renderer
    )
    throw ExitCode(ExitStatus.of(report, reason, isAlone: mode == .raw))
  }
}

extension ExitStatus {
  /// The status of a run.
  static func of(_ report: FleetReport?, _ reason: Interruption.Reason?, isAlone: Bool) -> Int32 {
    if let reason { return reason.status }
    guard let report else { return ExitStatus.internal }
    if isAlone, let only = report.results.first { return ExitStatus.alone(only.outcome) }
    return report.status.rawValue
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
