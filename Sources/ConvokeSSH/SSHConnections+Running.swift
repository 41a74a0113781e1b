public import ConvokeHosts
public import ConvokeProcess

extension SSHConnections {
  /// Runs a command on a host to its end.
  ///
  /// Cancelling the task ends the process group on the host; the outcome is then `cancelled`.
  ///
  /// - Parameters:
  ///   - command: The command to run.
  ///   - host: Where to run it.
  /// - Returns: How it ended, with its output: also a failure is a result.
  public func run(_ command: Command, on host: Host) async -> ProcessResult {
    if host.transport == .local { return await command.run() }
    let process = RunningProcess(command, host: host.description)
    return await RunningProcess.run(process) { self.begin($0, on: host) }
  }

  /// Starts a command on a host for the length of a scope.
  ///
  /// When the body returns or throws, or the task is cancelled, the process group is ended with the
  /// termination sequence of the command and its end is awaited.
  ///
  /// - Parameters:
  ///   - command: The command to start.
  ///   - host: Where to start it.
  ///   - body: What to do with the process while it runs.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func start<Success>(
    _ command: Command,
    on host: Host,
    _ body: (RunningProcess) async throws -> Success
  ) async throws -> Success {
    try await self.launch(command, on: host).scope(body)
  }

  /// Starts a command on a host; it ends by itself, by ``ConvokeProcess/RunningProcess/terminate()``
  /// or with this program.
  ///
  /// - Parameters:
  ///   - command: The command to start.
  ///   - host: Where to start it.
  /// - Returns: The process, which may not have started yet.
  public func launch(_ command: Command, on host: Host) -> RunningProcess {
    if host.transport == .local { return command.launch() }
    let process = RunningProcess(
      command.withStreamInput,
      host: host.description,
      isInteractive: true
    )
    self.begin(process, on: host)
    return process
  }

  /// Starts a process that was made elsewhere, on a host that is not this machine.
  package func begin(_ process: RunningProcess, on host: Host) {
    if let failure = RemoteScript.objection(to: process.command) {
      return process.didEnd(.outcome(.refused(failure)))
    }
    RemoteProcess(process, self.link(to: host)).begin()
  }
}
