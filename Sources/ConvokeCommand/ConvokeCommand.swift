import ArgumentParser
import ConvokeHosts
import ConvokeSweep
import Glibc

/// The command `convoke`: parses, calls the library, renders.
@main
struct ConvokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convoke",
    abstract: "Runs processes on one machine or on thousands.",
    discussion: """
      Start with: convoke run -w 'local*4' 'echo hello from {host}'
      Every option has a default; put your own into ~/.config/convoke/config.yaml.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self,
      JobsCommand.self,
      LogsCommand.self,
      WaitCommand.self,
      AttachCommand.self,
      SignalCommand.self,
      ReapCommand.self,
      PutCommand.self,
      GetCommand.self,
      SyncCommand.self,
      ExecCommand.self,
      ShellCommand.self,
      PingCommand.self,
      DoctorCommand.self,
      HostsCommand.self,
      ReportCommand.self,
      SweepCommand.self,
      ServeCommand.self,
      WorkerCommand.self,
      CompletionsCommand.self,
    ]
  )

  /// Parses the command line, runs the command and ends the program with its status.
  static func main() async {
    ProcessLimits.raise()
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Self.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      await Self.leave(error)
    }
    await Console.shared.flush()
    Glibc.exit(ExitStatus.success)
  }

  private static func status(_ error: any Error, _ code: ExitCode) -> Int32 {
    if code == .validationFailure { return ExitStatus.usage }
    return error is ExitCode || code == .success ? code.rawValue : ExitStatus.internal
  }

  private static func leave(_ error: any Error) async -> Never {
    let console = Console.shared
    if error is UsageError || error is HostSetError || error is SweepError {
      await console.print("convoke: \(error)", to: .errors)
      await console.flush()
      Glibc.exit((error as? SweepError)?.status ?? ExitStatus.usage)
    }
    let code = Self.exitCode(for: error)
    let message = Self.fullMessage(for: error)
    if !message.isEmpty {
      await console.print(message, to: code == .success ? .output : .errors)
    }
    await console.flush()
    Glibc.exit(Self.status(error, code))
  }
}
