import ConvokeHosts
import ConvokeProcess
import Foundation
import Synchronization

/// Runs the commands of group sources, which are asked from code that cannot await.
enum ShellUpcall {
  /// How long a command may take; a scheduler that answers later is taken for down.
  private static let deadline = Duration.seconds(60)

  /// Runs work on a thread of its own, so that no thread of the task pool waits while it blocks.
  static func onOwnThread<Success: Sendable>(
    _ work: @escaping @Sendable () throws -> Success
  ) async throws -> Success {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
    }
  }

  /// Runs a shell command to its end and returns its output; only for work of ``onOwnThread(_:)``.
  static func run(_ line: String) throws -> String {
    let command = Command.shell(line).with { $0.deadline = Self.deadline }
    let answer = Mutex<ProcessResult?>(nil)
    let end = DispatchSemaphore(value: 0)
    // The thread that waits is not one of the task pool, so the task always gets its turn.
    Task.detached {
      let result = await command.run()
      answer.withLock { $0 = result }
      end.signal()
    }
    end.wait()
    guard let result = answer.withLock({ $0 }), result.outcome.isSuccess else {
      throw Self.error(line, answer.withLock { $0 })
    }
    return result.stdout.text
  }

  private static func error(_ line: String, _ result: ProcessResult?) -> HostSetError {
    let outcome = result?.outcome.description ?? "lost"
    let complaint = result?.stderr.trimmedText ?? ""
    let end = complaint.isEmpty ? "" : " (\(complaint))"
    return HostSetError(.groupSource, "the command '\(line)' failed: \(outcome)\(end)")
  }
}
