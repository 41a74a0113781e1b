import Synchronization

/// Counts the workers that run.
final class WorkerSlots: Sendable {
  private let limit: Int
  private let count = Mutex(0)
  /// Called when a worker was admitted.
  private let whenTaken: @Sendable () -> Void

  init(_ limit: Int, whenTaken: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.whenTaken = whenTaken
  }

  var hasRoom: Bool { self.count.withLock { $0 < self.limit } }

  /// What is said to a client for whom there is no room.
  var refusal: String { "\(self.limit) clients are served already" }

  func take() -> Bool {
    let isTaken = self.count.withLock { count in
      guard count < self.limit else { return false }
      count += 1
      return true
    }
    if isTaken { self.whenTaken() }
    return isTaken
  }

  func giveBack() { self.count.withLock { $0 -= 1 } }
}
