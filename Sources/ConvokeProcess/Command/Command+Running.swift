extension Command {
  /// Runs the command on this machine to its end.
  ///
  /// Cancelling the task ends the process group; the outcome is then `cancelled`.
  ///
  /// - Returns: How the process ended, with its output: also a failure is a result.
  public func run() async -> ProcessResult {
    await RunningProcess.run(RunningProcess(self)) { LocalProcess.launch($0) }
  }

  /// Starts the command on this machine for the length of a scope.
  ///
  /// When the body returns or throws, or the task is cancelled, the process group is ended with the
  /// termination sequence of the command and its end is awaited.
  ///
  /// - Parameter body: What to do with the process while it runs.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func start<Success>(
    _ body: (RunningProcess) async throws -> Success
  ) async throws -> Success {
    let process = self.launch()
    return try await process.scope(body)
  }

  /// Starts the command on this machine; it ends by itself, by ``RunningProcess/terminate()`` or
  /// with this program.
  ///
  /// Prefer ``start(_:)``, which cannot leave a process behind in the middle of a program.
  ///
  /// - Returns: The process, which may not have started yet.
  public func launch() -> RunningProcess {
    let process = RunningProcess(self.withStreamInput, isInteractive: true)
    LocalProcess.launch(process)
    return process
  }

  /// The command with an input that can be written to, unless another one was chosen.
  package var withStreamInput: Command {
    guard case .none = self.input else { return self }
    return self.with { $0.input = .stream }
  }
}

extension RunningProcess {
  /// Launches a process and awaits its end; cancelling the task ends it.
  package static func run(
    _ process: RunningProcess,
    _ launch: (RunningProcess) -> Void
  ) async -> ProcessResult {
    launch(process)
    return await withTaskCancellationHandler {
      await process.waitUncancelled()
    } onCancel: {
      process.cancel()
    }
  }

  /// Runs a body with the process and ends it after that, whether the body returns or throws.
  package func scope<Success>(
    _ body: (RunningProcess) async throws -> Success
  ) async throws -> Success {
    let result: Result<Success, any Error>
    do {
      result = .success(
        try await withTaskCancellationHandler {
          try await body(self)
        } onCancel: {
          self.cancel()
        }
      )
    } catch {
      result = .failure(error)
    }
    await self.terminate()
    return try result.get()
  }
}
