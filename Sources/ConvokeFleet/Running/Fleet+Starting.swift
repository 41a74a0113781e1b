import ConvokeHosts
public import ConvokeProcess

extension Fleet {
  /// Starts a command on every host at once, for the length of a scope.
  ///
  /// There is no window: all hosts are worked on at the same time. When the body returns or
  /// throws, or the task is cancelled, all process groups are ended and their ends are awaited.
  ///
  /// - Parameters:
  ///   - command: The command, with placeholders; its input can be written to.
  ///   - values: Lists for placeholders.
  ///   - options: The deadline and what is kept of the output; the rest has no meaning here.
  ///   - body: What to do while the commands run.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws, or ``FleetError`` with code ``FleetError/Code/substitution``
  ///   before anything is started.
  public func start<Success>(
    _ command: Command,
    values: [String: [String]] = [:],
    options: FleetOptions = FleetOptions(),
    _ body: (RunningFleet) async throws -> Success
  ) async throws -> Success {
    let fleet = try self.launch(command, values: values, options: options)
    let result: Result<Success, any Error>
    do {
      result = .success(
        try await withTaskCancellationHandler {
          try await body(fleet)
        } onCancel: {
          for process in fleet.processes { process.cancel() }
        }
      )
    } catch {
      result = .failure(error)
    }
    await fleet.terminate()
    return try result.get()
  }

  /// Starts a shell command line on every host at once, for the length of a scope.
  ///
  /// - Parameters:
  ///   - line: The command line, with placeholders.
  ///   - values: Lists for placeholders.
  ///   - options: The deadline and what is kept of the output.
  ///   - body: What to do while the commands run.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws, or ``FleetError`` with code ``FleetError/Code/substitution``.
  public func start<Success>(
    _ line: String,
    values: [String: [String]] = [:],
    options: FleetOptions = FleetOptions(),
    _ body: (RunningFleet) async throws -> Success
  ) async throws -> Success {
    try await self.start(Command.shell(line), values: values, options: options, body)
  }

  private func launch(
    _ command: Command,
    values: [String: [String]],
    options: FleetOptions
  ) throws -> RunningFleet {
    let action = FleetAction.run(command, values: values)
    let engine = FleetEngine(launcher: self.launcher, options: options, listener: nil)
    let work = MemberWork(engine: engine, action: action, hosts: self.hosts)
    let members = self.hosts.enumerated().map { FleetMember($1, rank: $0) }
    // All are made before the first is started, so that an error leaves nothing behind.
    let commands = try members.map { try work.command(.template(command), for: $0) }
    let started = Timestamp.now
    let processes = zip(commands, members).map { command, member in
      engine.launcher.launch(work.prepared(command, for: member), on: member.host)
    }
    return RunningFleet(
      processes: processes,
      members: members,
      name: action.label(members.count),
      started: started
    )
  }
}
