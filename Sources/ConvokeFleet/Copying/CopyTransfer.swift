import ConvokeProcess
import Synchronization

/// Carries what one end sends to the other end, which puts it in place.
struct CopyTransfer: Sendable {
  let source: CopyEnd
  let sink: CopyEnd
  let description: CopyDescription
  /// Told how many bytes have been handed over so far.
  let progress: (@Sendable (Int) async -> Void)?

  /// What both ends said.
  struct Answer: Sendable {
    var sent: ProcessResult
    var received: ProcessResult

    /// The command that failed first; `nil` if the copy is in place.
    var problem: CopyProblem? {
      if self.sent.outcome.isSuccess, self.received.outcome.isSuccess { return nil }
      // An end that was stopped because the other one failed has nothing to say.
      let isSenderStopped = self.sent.outcome == .cancelled || self.sent.outcome.isSuccess
      return CopyProblem(isSenderStopped ? self.received : self.sent)
    }
  }

  private enum End: Sendable {
    case sent(ProcessResult)
    case received(ProcessResult)
  }

  /// Copies from a path to a process that receives; cancelling the task ends both.
  func run(from path: String, to receive: Command) async -> Answer {
    let receiver = self.sink.launch(receive.with { $0.input = .stream })
    return await withTaskCancellationHandler {
      await self.run(CopyScript.send(path), into: receiver)
    } onCancel: {
      receiver.cancel()
    }
  }

  private func run(_ send: Command, into receiver: RunningProcess) async -> Answer {
    await withTaskGroup(of: End.self) { group in
      group.addTask { .sent(await self.source.run(self.feeding(send, to: receiver))) }
      group.addTask { .received(await receiver.waitUncancelled()) }
      var sent: ProcessResult?
      var received: ProcessResult?
      for await end in group {
        switch end {
        case .sent(let result):
          sent = result
          if result.outcome.isSuccess { await receiver.closeInput() } else { receiver.cancel() }
        case .received(let result):
          received = result
          // Nobody reads any more what the other end sends.
          if sent == nil { group.cancelAll() }
        }
      }
      guard let sent, let received else { preconditionFailure("both children hand in a result") }
      return Answer(sent: sent, received: received)
    }
  }

  private func feeding(_ send: Command, to receiver: RunningProcess) -> Command {
    let meter = Meter()
    return send.with { send in
      send.stdout = .discard
      send.stdout.chunkHandler = { chunk in
        do {
          try await receiver.write(chunk.bytes)
        } catch {
          // The receiver has ended, and its result says why.
          return
        }
        if let count = meter.add(chunk.bytes.count) { await self.progress?(count) }
      }
    }
  }

  /// Counts bytes, and says now and then how many.
  private final class Meter: Sendable {
    private let state = Mutex((count: 0, told: 0))

    func add(_ bytes: Int) -> Int? {
      self.state.withLock { state in
        state.count += bytes
        guard state.count - state.told >= 1 << 20 else { return nil }
        state.told = state.count
        return state.count
      }
    }
  }
}
