import ConvokeFleet
import ConvokeProcess

extension JSONRenderer {
  /// The event of a job that an action was about.
  func job(_ job: Job, of member: FleetMember) -> JSONLine {
    var line = self.event("job", member)
    line.add("name", job.name)
    line.add("startedAs", job.startedAs)
    line.add("state", job.state.word)
    line.add("run", job.run?.rawValue)
    line.add("command", job.command)
    switch job.state {
    case .ended(let outcome): line.add("outcome", JSONRenderer.describe(outcome))
    case .lost(let isAlive): line.add("isAlive", isAlive)
    case .starting, .running: break
    }
    line.add("process", job.processID.map { Int($0) })
    line.add("started", seconds: job.started?.seconds)
    line.add("ended", seconds: job.ended?.seconds)
    line.add("deadline", seconds: job.deadline?.inSeconds)
    line.add("takesInput", job.takesInput)
    var sizes = JSONLine()
    sizes.add("stdout", job.stdoutBytes)
    sizes.add("stderr", job.stderrBytes)
    line.add("bytes", sizes)
    return line
  }

  /// The event of what a run has left on a host.
  func leftover(_ leftover: Leftover, of member: FleetMember) -> JSONLine {
    var line = self.event("leftover", member)
    line.add("run", leftover.run.rawValue)
    line.add("job", leftover.job)
    line.add("state", leftover.state.rawValue)
    line.add(
      "processes",
      leftover.processes.map { process in
        var object = JSONLine()
        object.add("id", Int(process.id))
        object.add("command", process.command)
        return object
      }
    )
    return line
  }
}
