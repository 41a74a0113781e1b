import ConvokeHosts
import ConvokeProcess

/// What is to be read of a job, and what is done besides.
struct JobReading: Sendable {
  var options: JobLogOptions
  /// Whether the folder is removed once everything has arrived.
  var removesFolder = false
  /// What the job is to read.
  var input: JobAction.Input?
  /// Whether its input ends with that.
  var endsInput = false
  /// Whether a job that takes no input is refused.
  var requiresInput = true

  init(_ options: JobLogOptions, removesFolder: Bool = false) {
    self.options = options
    self.removesFolder = removesFolder
  }
}

extension MemberJob {
  func read(_ name: JobName, _ reading: JobReading) async -> FleetResult {
    let entry: JobListing.Entry
    switch await self.find(name, tail: reading.options.tail) {
    case .failure(let problem): return self.result(of: problem)
    case .success(let found): entry = found
    }
    var reading = reading
    if reading.input != nil, !entry.job.takesInput, !entry.job.isOver {
      if reading.requiresInput {
        return self.refused(
          .jobsNotUsable,
          "the job '\(name)' reads no input",
          remedy: "start it with an input that can be written to (--stdin), or attach without input"
        )
      }
      reading.input = nil
    }
    return await self.follow(entry, name, reading)
  }

  private func follow(
    _ entry: JobListing.Entry,
    _ name: JobName,
    _ reading: JobReading
  ) async -> FleetResult {
    var command = Command.shell(entry.job.command ?? name.text)
    command.name = name.text
    let process = RunningProcess(
      self.work.prepared(command, for: self.member),
      host: self.host.description
    )
    let follower = JobFollower(process, self, entry, reading)
    process.attach(follower)
    follower.start()
    let result = await withTaskCancellationHandler {
      await process.waitUncancelled()
    } onCancel: {
      process.cancel()
    }
    var answer = FleetResult(self.member, result)
    answer.jobs = follower.job.map { [$0] } ?? []
    return answer
  }
}
