package import ConvokeHosts
package import ConvokeProcess

/// What runs commands on hosts: connections over ssh, or this machine alone.
package protocol Launcher: Sendable {
  /// Runs a command on a host to its end; a host that cannot be reached is told by the outcome.
  ///
  /// Cancelling the task ends the process group there.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - host: Where to run it; a host with the local transport is this machine.
  /// - Returns: How the command ended, with its output.
  func run(_ command: Command, on host: Host) async -> ProcessResult

  /// Starts a command on a host, with an input that can be written to.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - host: Where to run it; a host with the local transport is this machine.
  /// - Returns: The process, which may not have started yet.
  func launch(_ command: Command, on host: Host) -> RunningProcess
}

/// Runs the commands of all hosts on this machine, whatever their transport.
package struct LocalLauncher: Launcher {
  /// Makes a launcher.
  package init() {}

  /// Runs the command on this machine.
  package func run(_ command: Command, on host: Host) async -> ProcessResult {
    await command.run()
  }

  /// Starts the command on this machine.
  package func launch(_ command: Command, on host: Host) -> RunningProcess { command.launch() }
}
