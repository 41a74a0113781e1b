internal import CConvokeSystem
import Glibc
import Synchronization

/// The waiting for a process to end where there may be no more of them (`EAGAIN` of fork(2)): the limit of
/// a user or of a container is often reached for a moment only.
///
/// Shells do the same. Once the wait was in vain, nobody waits again until a process could be started.
final class SpawnShortage: Sendable {
  static let shared = SpawnShortage()

  // In milliseconds; five seconds in all.
  private static let pauses: [UInt32] = [10, 20, 50, 100, 200, 500, 1_000, 1_500, 1_620]

  private let isHopeless = Mutex(false)

  /// Starts a process, again and again if need be.
  ///
  /// - Parameter start: Tries to start it.
  /// - Returns: What came of the last try.
  func wait(_ start: () -> convoke_spawn_answer) -> convoke_spawn_answer {
    var answer = start()
    let pauses = self.isHopeless.withLock { $0 } ? [] : Self.pauses
    for pause in pauses where Self.isShort(answer) {
      usleep(pause * 1_000)
      answer = start()
    }
    let isShort = Self.isShort(answer)
    self.isHopeless.withLock { $0 = isShort }
    return answer
  }

  private static func isShort(_ answer: convoke_spawn_answer) -> Bool {
    answer.step == CONVOKE_SPAWN_FORK.rawValue && answer.error == EAGAIN
  }
}
