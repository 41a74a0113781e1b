import ArgumentParser
import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// Whether `convoke run` starts a job, and which.
struct DetachOptions: ParsableArguments {
  @Flag(
    help: "Start a job that goes on without this program and the connection; see convoke jobs."
  )
  var detach = false

  @Option(
    help: ArgumentHelp(
      "The name of the job. (default: the identifier of the run)",
      valueName: "name"
    )
  )
  var name: String?

  @OptionGroup var folder: JobFolderOptions

  /// Checks that the options fit together.
  func validate() throws {
    guard !self.detach else { return }
    if self.name != nil { throw ValidationError("--name needs --detach.") }
    if self.folder.jobsDir != nil { throw ValidationError("--jobs-dir needs --detach.") }
  }

  /// Starts the job; returns the exit status.
  func start(
    _ command: Command,
    _ values: [String: [String]],
    _ program: ProgramOptions,
    _ call: inout FleetCall
  ) async throws -> Int32 {
    if command.terminal != nil {
      throw UsageError("--pty and --detach: a job has no terminal; leave --pty out")
    }
    let name = try self.name.map(jobName)
    var command = command
    command.input = program.takesInput ? .stream : .none
    if call.record.dryRun {
      try await DryRun(call: call).show(.run(command, values: values))
      return ExitStatus.success
    }
    // The job's own, which its host keeps.
    command.deadline = call.options.deadline
    call.options.deadline = nil
    call.options.jobsFolder = self.folder.jobsDir
    return try await call.perform(
      .detach(command, as: name, values: values),
      orShow: JobChangeRenderer(console: .shared, isQuiet: call.isQuiet, verb: "started")
    )
  }
}

/// Says on which hosts something was done to a job, in one line for each job.
struct JobChangeRenderer: RunRenderer {
  private struct Change: Hashable {
    var name: String
    var run: RunID?
  }

  let console: Console
  let isQuiet: Bool
  /// What was done, such as `started`.
  let verb: String
  private var order: [Change] = []
  private var hosts: [Change: [Host]] = [:]

  /// Makes a renderer.
  init(console: Console, isQuiet: Bool, verb: String) {
    self.console = console
    self.isQuiet = isQuiet
    self.verb = verb
  }

  /// Gathers the jobs, and tells them at the end: `bench: started on node[1-4] (4), run 5f3k9q2a0b`.
  mutating func show(_ event: FleetEvent) async {
    switch event {
    case .ended(let result) where result.isOK:
      for job in result.jobs {
        let change = Change(name: job.name, run: job.run)
        if self.hosts[change] == nil { self.order.append(change) }
        self.hosts[change, default: []].append(result.host)
      }
    case .finished where !self.isQuiet:
      for change in self.order {
        let hosts = self.hosts[change] ?? []
        let place = "\(HostSet(hosts).folded) (\(hosts.count))"
        let run = change.run.map { ", run \($0)" } ?? ""
        await self.console.print("\(change.name): \(self.verb) on \(place)\(run)")
      }
    default: break
    }
  }
}
