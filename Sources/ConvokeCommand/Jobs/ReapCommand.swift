import ArgumentParser
import ConvokeFleet
import ConvokeHosts

/// `convoke reap`: what runs have left behind.
struct ReapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reap",
    abstract: "Finds what runs have left on the hosts, and ends it.",
    discussion: """
      Every process that a run starts has its identifier in the environment, as
      CONVOKE_RUN. What has one, and belongs to you, gets TERM, and KILL after
      2 s. Without --run that is only what nothing holds any more: no ssh
      session, and no program that goes on. Jobs are left alone unless they are
      named here or --jobs is given. --json, --save and convoke run --detach
      tell the identifier of a run.

      EXAMPLES
        convoke reap --dry-run -w 'node[1-64]'
        convoke reap -w 'node[1-64]' --run 5f3k9q2a0b
        convoke reap -w 'node[1-64]' bench                    (the job bench)
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions
  @OptionGroup(title: "Jobs") var folder: JobFolderOptions

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("End what this run has left; repeatable.", valueName: "id")
  )
  var runs: [String] = []

  @Flag(help: "End the detached jobs of the runs, too.")
  var jobs = false

  @Flag(help: "Look, and end nothing.")
  var dryRun = false

  @Argument(help: ArgumentHelp("Jobs to end.", valueName: "name"))
  var names: [String] = []

  /// Reaps and leaves with the status.
  func run() async throws {
    let names = try self.names.map(jobName)
    let runs = try self.runs.map { text in
      if let run = RunID(rawValue: text) { return run }
      throw UsageError("--run '\(text)': that is not the identifier of a run")
    }
    let call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.folder
    )
    let action = FleetAction.reap(
      runs: runs,
      jobs: names,
      endsAllJobs: self.jobs,
      isDryRun: self.dryRun
    )
    let renderer = LeftoverRenderer(console: .shared, isQuiet: call.isQuiet)
    throw ExitCode(try await call.perform(action, orShow: renderer))
  }
}

/// Shows what runs have left: a line for each run and host, below it the processes.
private struct LeftoverRenderer: RunRenderer {
  let console: Console
  let isQuiet: Bool
  private var count = 0

  init(console: Console, isQuiet: Bool) {
    self.console = console
    self.isQuiet = isQuiet
  }

  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .ended(let result):
      for leftover in result.leftovers {
        self.count += 1
        await self.show(leftover, on: result.member)
      }
    case .finished(let report) where self.count == 0 && report.isOK && !self.isQuiet:
      self.console.note("convoke: nothing is left")
    default: break
    }
  }

  private func show(_ leftover: Leftover, on member: FleetMember) async {
    let job = leftover.job.map { ", job \($0)" } ?? ""
    let state = Self.words(leftover)
    await self.console.print("\(member.label): run \(leftover.run)\(job): \(state)")
    for process in leftover.processes {
      await self.console.print("  \(process.id) \(process.command)")
    }
  }

  private static func words(_ leftover: Leftover) -> String {
    switch leftover.state {
    case .found: "found"
    case .ended: "ended"
    case .held: "goes on, left alone; --run \(leftover.run) ends it"
    case .kept:
      "detached, left alone; \(leftover.job ?? "--jobs"), as an argument, ends it"
    case .stuck: "does not end"
    }
  }
}
