import ConvokeProcess
import Synchronization

/// Sends what a job is to read, over a process of its own that is made again when its link is lost.
final class JobFeeder: Sendable {
  private let member: MemberJob
  private let place: JobPlace
  private let endsInput: Bool
  private let process = Mutex<RunningProcess?>(nil)

  init(_ member: MemberJob, _ place: JobPlace, endsInput: Bool) {
    self.member = member
    self.place = place
    self.endsInput = endsInput
  }

  /// Sends until there is nothing more, or the task is cancelled.
  func run(_ input: JobAction.Input) async {
    await withTaskCancellationHandler {
      await input { bytes in try await self.send(bytes) }
      let process = self.process.withLock { $0 }
      await process?.closeInput()
      _ = await process?.waitUncancelled()
    } onCancel: {
      self.process.withLock { $0 }?.cancel()
    }
    guard self.endsInput, !Task.isCancelled else { return }
    _ = await self.member.ask(JobScript.endInput(self.place))
  }

  private func send(_ bytes: [UInt8]) async throws {
    try Task.checkCancellation()
    let process = self.process.withLock { process in
      if let process, process.isRunning { return process }
      let new = self.member.work.engine.launcher.launch(
        JobScript.feed(self.place),
        on: self.member.host
      )
      process = new
      return new
    }
    try await process.write(bytes)
  }
}
