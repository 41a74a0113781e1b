public import ConvokeGateway
public import ConvokeProcess

extension Gateway {
  /// Runs a command where the worker is, to its end.
  ///
  /// A command line runs in the login shell there. Relative paths start at the directory of the worker, and
  /// changes to the environment change that of the worker. The deadline is kept by the worker's side, also
  /// while the link is slow or gone. Cancelling the task ends all processes of the command; the outcome is
  /// then `cancelled`. The same happens when the gateway ends, or its worker is killed.
  ///
  /// Many commands can run at once; a thousand on one gateway are nothing special. The workers are Python
  /// ones, Convoke's or execnet's, with one of the models `thread` and `mainThreadOnly`.
  ///
  /// - Parameter command: The command to run.
  /// - Returns: How it ended, with its output: also a failure is a result.
  public func run(_ command: Command) async -> ProcessResult {
    await RunningProcess.run(RunningProcess(command, host: self.id)) { self.begin($0) }
  }

  /// Starts a command where the worker is, for the length of a scope.
  ///
  /// When the body returns or throws, or the task is cancelled, all processes of the command are ended
  /// with its termination sequence, and their end is awaited.
  ///
  /// - Parameters:
  ///   - command: The command to start.
  ///   - body: What to do with the process while it runs.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func start<Success>(
    _ command: Command,
    _ body: (RunningProcess) async throws -> Success
  ) async throws -> Success {
    try await self.launch(command).scope(body)
  }

  /// Starts a command where the worker is; it ends by itself, by `terminate()` or with the gateway.
  ///
  /// - Parameter command: The command to start.
  /// - Returns: The process, which may not have started yet.
  public func launch(_ command: Command) -> RunningProcess {
    let process = RunningProcess(command.withStreamInput, host: self.id, isInteractive: true)
    self.begin(process)
    return process
  }

  /// Starts a process that was made elsewhere.
  package func begin(_ process: RunningProcess) { ProcessService.of(self).begin(process) }
}
