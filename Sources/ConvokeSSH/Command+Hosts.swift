public import ConvokeHosts
public import ConvokeProcess

extension Command {
  /// Runs the command on a host to its end, over ``SSHConnections/shared``.
  ///
  /// Cancelling the task ends the process group on the host; the outcome is then `cancelled`.
  ///
  /// - Parameter host: Where to run it.
  /// - Returns: How it ended, with its output: also a failure is a result.
  public func run(on host: Host) async -> ProcessResult {
    await SSHConnections.shared.run(self, on: host)
  }

  /// Starts the command on a host for the length of a scope, over ``SSHConnections/shared``.
  ///
  /// - Parameters:
  ///   - host: Where to start it.
  ///   - body: What to do with the process while it runs; the process is ended after that.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func start<Success>(
    on host: Host,
    _ body: (RunningProcess) async throws -> Success
  ) async throws -> Success {
    try await SSHConnections.shared.start(self, on: host, body)
  }

  /// Starts the command on a host, over ``SSHConnections/shared``.
  ///
  /// - Parameter host: Where to start it.
  /// - Returns: The process, which may not have started yet.
  public func launch(on host: Host) -> RunningProcess {
    SSHConnections.shared.launch(self, on: host)
  }
}
