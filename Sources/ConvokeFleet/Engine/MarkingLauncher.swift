import ConvokeHosts
import ConvokeProcess

/// Gives every command the identifier of its run.
struct MarkingLauncher: Launcher {
  let launcher: any Launcher
  let run: RunID

  func run(_ command: Command, on host: Host) async -> ProcessResult {
    await self.launcher.run(self.marked(command), on: host)
  }

  func launch(_ command: Command, on host: Host) -> RunningProcess {
    self.launcher.launch(self.marked(command), on: host)
  }

  private func marked(_ command: Command) -> Command {
    command.with { $0.run = self.run.rawValue }
  }
}
