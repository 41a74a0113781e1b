import ConvokeHosts
import ConvokeProcess

/// Does an action on one host, with the attempts that it takes.
struct MemberWork: Sendable {
  let engine: FleetEngine
  let action: FleetAction
  let substitution: Substitution
  let names: FolderNames
  /// For copies, what is known beforehand.
  var direction = MemberCopy.Direction.get
  /// For jobs, what the hosts are called.
  let labels: Set<String>
  private let keep: OutputOptions.Keep

  init(engine: FleetEngine, action: FleetAction, hosts: [Host]) {
    self.engine = engine
    self.action = action
    self.substitution = Substitution(hosts: hosts, values: action.values)
    self.names = FolderNames(hosts)
    self.labels = if case .job = action.kind { Set(hosts.map(JobScript.label)) } else { [] }
    self.keep = engine.options.keepOutput(for: hosts.count)
  }

  func result(of member: FleetMember) async -> FleetResult {
    guard !Task.isCancelled else { return .notStarted(member, self.action, "cancelled") }
    let attempt: Attempt
    do {
      attempt = try self.attempt(of: member)
    } catch {
      return .notStarted(member, self.action, "\(error)")
    }
    var tally = RetryPolicy.Tally(self.retries)
    var earlier: [FleetResult.Attempt] = []
    while true {
      await self.engine.emit(.started(member, attempt: earlier.count + 1))
      var result = await attempt.run(earlier.count)
      result.earlierAttempts = earlier
      guard !result.isOK, let delay = tally.delay(after: result.outcome) else { return result }
      await self.engine.emit(.retrying(member, after: result.outcome, delay: delay))
      do {
        try await Task.sleep(for: delay)
      } catch {
        // Cancelled while waiting: the last attempt is the outcome.
        return result
      }
      earlier.append(
        FleetResult.Attempt(outcome: result.outcome, statistics: result.result.statistics)
      )
    }
  }

  // How a job ended is known once for all: asking again would only find it gone.
  private var retries: RetryPolicy {
    var policy = self.engine.options.retries
    guard case .job = self.action.kind else { return policy }
    policy.limits = policy.limits.filter { [.connect, .lost].contains($0.key) }
    return policy
  }

  struct Attempt: Sendable {
    /// Makes the attempt; gets how many were made before.
    let run: @Sendable (Int) async -> FleetResult
  }

  private func attempt(of member: FleetMember) throws -> Attempt {
    switch self.action.kind {
    case .run(let source):
      let command = try self.prepared(self.command(source, for: member), for: member)
      return Attempt { _ in
        FleetResult(member, await self.engine.launcher.run(command, on: member.host))
      }
    case .put(let copy), .get(let copy):
      let work = self.copy(copy, for: member, self.direction)
      return Attempt { [shown = self.action.shownCommand] earlier in
        // What was described before may have changed since; that may be why it failed.
        var result = await (earlier == 0 ? work : work.afresh).run()
        result.result.command = shown
        return result
      }
    case .job(let action):
      let work = MemberJob(work: self, member: member, run: self.engine.run)
      return try work.attempt(at: action)
    case .sequence, .parallel:
      preconditionFailure("a composed action is taken apart before it gets here")
    }
  }

  func command(_ source: FleetCommand, for member: FleetMember) throws -> Command {
    switch source {
    case .template(let command): try self.substitution.command(command, for: member)
    case .each(let make): try make(member.host, member.rank)
    }
  }

  /// The command with what the options ask for.
  func prepared(_ command: Command, for member: FleetMember) -> Command {
    var command = command
    command.stdout.keep = command.stdout.keep.limited(to: self.keep)
    command.stderr.keep = command.stderr.keep.limited(to: self.keep)
    if let deadline = self.engine.options.deadline {
      command.deadline = min(command.deadline ?? deadline, deadline)
    }
    self.engine.options.journal?.record(&command, of: member)
    if self.engine.listener != nil {
      command.stdout = self.told(command.stdout, of: member)
      command.stderr = self.told(command.stderr, of: member)
    }
    return command
  }

  /// The options of a stream whose output is told as events, too.
  private func told(_ options: OutputOptions, of member: FleetMember) -> OutputOptions {
    var options = options
    let emit = self.engine.emit
    switch self.engine.options.outputEvents {
    case .none: break
    case .chunks:
      let handler = options.chunkHandler
      options.chunkHandler = { chunk in
        await handler?(chunk)
        await emit(.output(member, chunk))
      }
    case .lines:
      let handler = options.lineHandler
      options.lineHandler = { line in
        await handler?(line)
        await emit(.line(member, line))
      }
    }
    return options
  }
}

extension FleetOptions {
  /// How much of each stream a host may keep, when so many share the budget.
  func keepOutput(for hosts: Int) -> OutputOptions.Keep {
    let share = max(2048, self.outputBudget / max(1, hosts) / 4)
    return self.keepOutput.limited(to: OutputOptions.Keep(head: share, tail: share))
  }
}

extension OutputOptions.Keep {
  /// The smaller of two limits.
  func limited(to other: OutputOptions.Keep) -> OutputOptions.Keep {
    OutputOptions.Keep(head: min(self.head, other.head), tail: min(self.tail, other.tail))
  }
}
