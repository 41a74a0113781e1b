import ArgumentParser
import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// `convoke ping`: who can be worked on.
struct PingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ping",
    abstract: "Shows which hosts can be worked on, or why not.",
    discussion: """
      Logs in to every host and runs a command there that does nothing.

      EXAMPLES
        convoke ping -w 'node[1-64]'
        convoke ping -w 'node[1-64]' --wait 10m        after a reboot
        convoke ping -w @all -b                        who can be reached, folded
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Option(
    help: ArgumentHelp(
      "Try again for this long, until all hosts can be reached.",
      valueName: "duration"
    )
  )
  var wait: DurationArgument?

  /// Asks the hosts and leaves with the status.
  func run() async throws {
    var call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.record
    )
    let action = FleetAction.run(Command("true")).named("ping")
    if self.record.dryRun { return try await DryRun(call: call).show(action) }
    call.options.deadline = call.options.deadline ?? .seconds(20)
    if let limit = self.wait?.duration { self.keepTrying(&call.options, limit, call.hosts.count) }
    let renderer: any RunRenderer & Sendable =
      call.mode == .json
      ? JSONRenderer(console: .shared)
      : PingRenderer(console: .shared, isFolded: call.mode == .fold)
    throw ExitCode(try await call.perform(action, renderer: renderer))
  }

  private func keepTrying(_ options: inout FleetOptions, _ limit: Duration, _ hosts: Int) {
    options.timeLimit = limit
    options.deadline = min(options.deadline ?? limit, limit)
    // A host that is down must not keep others from being asked.
    options.window = self.fanout.fanout ?? max(options.window, hosts)
    options.retries = RetryPolicy(
      .max,
      on: Set(RetryPolicy.Cause.allCases),
      delay: .seconds(1),
      factor: 1.5,
      longestDelay: .seconds(10)
    )
  }
}

/// Shows a line for each host, or one for all that can be reached.
private struct PingRenderer: RunRenderer {
  let console: Console
  let isFolded: Bool
  private var reached: [Host] = []

  init(console: Console, isFolded: Bool) {
    self.console = console
    self.isFolded = isFolded
  }

  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .ended(let result):
      if result.isOK { self.reached.append(result.host) }
      if self.isFolded { return }
      await self.console.print("\(result.member.label): \(PingRenderer.words(result))")
    case .finished where self.isFolded && !self.reached.isEmpty:
      await self.console.print("\(HostSet(self.reached).folded) (\(self.reached.count)): reachable")
    default: break
    }
  }

  private static func words(_ result: FleetResult) -> String {
    guard result.isOK else {
      let kind = result.outcome.failure.map { " (\($0.kind.rawValue))" } ?? ""
      return "\(result.outcome.brief)\(kind)"
    }
    let statistics = result.result.statistics
    let times = [
      statistics.connecting.map { "connected in \(DurationText.describe($0))" },
      statistics.running.map { "answered in \(DurationText.describe($0))" },
    ]
    return "reachable, " + times.compactMap { $0 }.joined(separator: ", ")
  }
}
