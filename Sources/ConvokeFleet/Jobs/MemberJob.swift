import ConvokeHosts
import ConvokeProcess
import ConvokeSSH

/// Does something about the jobs of one host.
struct MemberJob: Sendable {
  let work: MemberWork
  let member: FleetMember
  let run: RunID

  /// The folder of all jobs; empty for the usual one.
  var folder: String { self.work.engine.options.jobsFolder ?? "" }
  /// What the host is called.
  var label: String { JobScript.label(of: self.member.host) }
  var host: Host { self.member.host }

  /// The attempt that an action makes of it.
  func attempt(at action: JobAction) throws -> MemberWork.Attempt {
    switch action.kind {
    case .detach(let source, let name):
      let command = try self.work.command(source, for: self.member)
      let name = name ?? JobName(self.run)
      let description = JobDescription(
        command,
        of: source,
        name: name,
        run: self.run,
        rank: self.member.rank
      )
      return .init { _ in await self.detach(command, description) }
    case .list(let name): return .init { _ in await self.list(name) }
    case .prune(let name): return .init { _ in await self.prune(name) }
    case .signal(let name, let signal): return .init { _ in await self.signal(name, signal) }
    case .logs(let name, let options):
      return .init { _ in await self.read(name, JobReading(options)) }
    case .wait(let name, let options, let keepsFolder):
      let reading = JobReading(options, removesFolder: !keepsFolder)
      return .init { _ in await self.read(name, reading) }
    case .attach(let name, let reading): return .init { _ in await self.read(name, reading) }
    case .reap(let request): return .init { _ in await self.reap(request) }
    }
  }

  // MARK: - Asking the host

  /// Runs a script; its lines, or the result of an action that failed with it.
  func ask(_ script: Command) async -> Result<[String], JobProblem> {
    let result = await self.work.engine.launcher.run(script, on: self.host)
    guard result.outcome.isSuccess else { return .failure(JobProblem(result, on: self.host)) }
    return .success(result.stdout.lines)
  }

  /// The result of a script as that of the member.
  func result(of result: ProcessResult, _ outcome: Outcome? = nil) -> FleetResult {
    var result = result
    result.command = self.work.action.shownCommand
    result.outcome = outcome ?? result.outcome
    result.stdout = CapturedOutput()
    result.stderr = CapturedOutput()
    return FleetResult(self.member, result)
  }

  func result(_ outcome: Outcome) -> FleetResult {
    let statistics = ProcessStatistics.notStarted(at: .now)
    let command = self.work.action.shownCommand
    return self.result(
      of: ProcessResult(
        command: command,
        host: self.host.name,
        outcome: outcome,
        statistics: statistics
      )
    )
  }

  func refused(_ kind: Failure.Kind, _ message: String, remedy: String? = nil) -> FleetResult {
    self.result(.refused(Failure(kind, "\(self.host): \(message)", remedy: remedy)))
  }

  /// The jobs of this host: those it was called by, and those of the machine that no other host of
  /// the fleet can mean.
  func jobs(_ name: JobName?, tail: Int? = nil) async -> Result<[JobListing.Entry], JobProblem> {
    await self.ask(JobScript.show(self.folder, name, tail: tail)).map { lines in
      let others = self.work.labels
      return JobListing.entries(of: lines).filter { entry in
        entry.job.startedAs == self.label || !others.contains(entry.job.startedAs)
      }
    }
  }

  /// The one job of a name; the result that says why there is none.
  func find(_ name: JobName, tail: Int? = nil) async -> Result<JobListing.Entry, JobProblem> {
    let found = await self.jobs(name, tail: tail)
    guard case .success(let entries) = found else { return found.map { $0[0] } }
    if let own = entries.first(where: { $0.job.startedAs == self.label }) { return .success(own) }
    if entries.count == 1 { return .success(entries[0]) }
    let names = entries.map(\.job.startedAs).joined(separator: ", ")
    let message =
      entries.isEmpty
      ? "there is no job '\(name)'"
      : "the job '\(name)' is there under several names of the host: \(names)"
    return .failure(JobProblem(self.refused(.jobMissing, message)))
  }

  func place(of job: Job) -> JobPlace {
    JobPlace(folder: self.folder, label: job.startedAs, name: job.name)
  }
}

/// An action about a job that failed.
struct JobProblem: Error {
  /// The result of the member.
  var result: FleetResult?
  /// The result of the script that failed.
  var process: ProcessResult?

  init(_ result: FleetResult) { self.result = result }

  init(_ process: ProcessResult, on host: Host) {
    var process = process
    let words = process.stderr.trimmedText.split(separator: "\n").suffix(3).joined(separator: "; ")
    switch process.outcome {
    case .exited(JobScript.missingCode):
      process.outcome = .refused(Failure(.jobMissing, "\(host): the job is not there any more"))
    case .exited, .signalled:
      let message = words.isEmpty ? "\(process.outcome)" : words
      process.outcome = .refused(Failure(.jobsNotUsable, "\(host): \(message)"))
    default: break
    }
    self.process = process
  }
}

extension MemberJob {
  func result(of problem: JobProblem) -> FleetResult {
    if let result = problem.result { return result }
    guard let process = problem.process else { return self.result(.notStarted("no reason")) }
    return self.result(of: process)
  }
}
