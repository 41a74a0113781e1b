import ConvokeHosts
import ConvokeProcess
import ConvokeSSH

extension MemberJob {
  func detach(_ command: Command, _ description: JobDescription) async -> FleetResult {
    if command.terminal != nil {
      return self.refused(
        .spawnFailed,
        "a detached job has no terminal",
        remedy: "leave the terminal out"
      )
    }
    if let failure = ShellPreparation.objection(to: command) {
      return self.result(.refused(failure))
    }
    let request = JobRequest(
      description: description,
      command: command,
      label: self.label,
      folder: self.folder,
      run: "\(self.run) \(self.member.rank)",
      isLocal: self.host.transport == .local
    )
    let result = await self.work.engine.launcher.run(JobScript.detach(request), on: self.host)
    guard result.outcome.isSuccess else {
      return self.result(of: JobProblem(result, on: self.host))
    }
    let words = result.stdout.trimmedText.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? words[1] : ""
    switch words.first {
    case "started", "again":
      var answer = self.result(of: result)
      answer.jobs = [self.job(request, number: Int32(rest))]
      return answer
    case let word: return self.result(of: result, self.refusal(word, rest, request))
    }
  }

  private func job(_ request: JobRequest, number: Int32?) -> Job {
    var job = Job(request.description.name, on: self.label)
    job.run = self.run
    job.command = request.description.command
    job.template = request.description.template
    job.deadline = request.command.deadline
    job.takesInput = request.description.takesInput
    job.processID = number
    return job
  }

  private func refusal(_ word: String?, _ rest: String, _ request: JobRequest) -> Outcome {
    switch word {
    case "exists":
      let run = rest.isEmpty ? "" : ", of run \(rest)"
      return .refused(
        Failure(
          .jobExists,
          "\(self.host): there is a job '\(request.description.name)' already\(run)"
        )
      )
    case "refused":
      let kind = Failure.Kind(rawValue: rest) ?? .spawnFailed
      return .refused(.refusal(kind, of: request.command, on: self.host.name))
    case "failed":
      return .refused(Failure(.jobsNotUsable, "\(self.host): no job can be kept: \(rest)"))
    default:
      return .refused(Failure(.jobsNotUsable, "\(self.host): the keeper of the job did not answer"))
    }
  }

  func list(_ name: JobName?) async -> FleetResult {
    switch await self.jobs(name) {
    case .failure(let problem): return self.result(of: problem)
    case .success(let entries):
      if entries.isEmpty, let name {
        return self.refused(.jobMissing, "there is no job '\(name)'")
      }
      var result = self.result(.exited(0))
      result.jobs = entries.map(\.job).sorted { ($0.name, $0.startedAs) < ($1.name, $1.startedAs) }
      return result
    }
  }

  func prune(_ name: JobName?) async -> FleetResult {
    let found = await self.list(name)
    guard found.isOK else { return found }
    if let name, let job = found.jobs.first(where: { !$0.isRemovable }) {
      return self.refused(
        .jobState,
        "the job '\(name)' \(job.isOver ? "is lost, but" : "still") runs"
      )
    }
    var removed: Set<Job> = []
    for (label, jobs) in Dictionary(grouping: found.jobs.filter(\.isRemovable), by: \.startedAs) {
      let script = JobScript.remove(self.folder, label, jobs.map(\.name))
      switch await self.ask(script) {
      case .failure(let problem): return self.result(of: problem)
      case .success(let lines):
        removed.formUnion(jobs.filter { lines.contains("removed \($0.name)") })
        if let failed = jobs.first(where: { lines.contains("failed \($0.name)") }) {
          return self.refused(.jobsNotUsable, "the job '\(failed.name)' cannot be removed")
        }
      }
    }
    var result = self.result(.exited(0))
    result.jobs = found.jobs.filter(removed.contains)
    return result
  }

  func signal(_ name: JobName, _ signal: Signal) async -> FleetResult {
    switch await self.find(name) {
    case .failure(let problem): return self.result(of: problem)
    case .success(let entry):
      switch await self.ask(JobScript.signal(self.place(of: entry.job), signal)) {
      case .failure(let problem): return self.result(of: problem)
      case .success(["sent"]):
        var result = self.result(.exited(0))
        result.jobs = [entry.job]
        return result
      case .success(["over"]): return self.refused(.jobState, "the job '\(name)' has ended")
      case .success:
        return self.refused(.jobsNotUsable, "\(signal) cannot be sent to the job '\(name)'")
      }
    }
  }
}

extension Job {
  /// Whether nothing of it runs.
  fileprivate var isRemovable: Bool {
    switch self.state {
    case .ended, .lost(isAlive: false): true
    case .starting, .running, .lost(isAlive: true): false
    }
  }
}
