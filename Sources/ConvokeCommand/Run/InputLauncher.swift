import ConvokeFleet
import ConvokeHosts
import ConvokeProcess

/// Runs commands that all read the standard input of this program.
struct InputLauncher: Launcher {
  private let launcher: any Launcher
  private let spool: InputSpool

  /// Makes a launcher on top of another one.
  init(_ launcher: any Launcher, _ spool: InputSpool) {
    self.launcher = launcher
    self.spool = spool
  }

  /// Starts a command, whose input is the caller's matter.
  func launch(_ command: Command, on host: Host) -> RunningProcess {
    self.launcher.launch(command, on: host)
  }

  /// Runs a command to its end while it is fed.
  func run(_ command: Command, on host: Host) async -> ProcessResult {
    let fed = command.with { command in
      command.input = .stream
      // As with ssh: who stops reading, as head does, has not failed by that.
      command.accepting.insert(.input)
    }
    let process = self.launcher.launch(fed, on: host)
    let reader = self.spool.open()
    return await withTaskCancellationHandler {
      async let fed: Void = self.feed(process, reader)
      let result = await process.waitUncancelled()
      self.spool.close(reader)
      await fed
      return result
    } onCancel: {
      process.cancel()
    }
  }

  private func feed(_ process: RunningProcess, _ reader: Int) async {
    do {
      while let bytes = await self.spool.next(reader) { try await process.write(bytes) }
      await process.closeInput()
    } catch {
      // The command reads no more; nobody is to wait for it.
      self.spool.close(reader)
    }
  }
}
