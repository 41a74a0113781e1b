import Dispatch
import Synchronization

/// The threads on which processes are started: vfork(2) stops its thread until the program runs.
final class SpawnQueue: Sendable {
  static let shared = SpawnQueue()

  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let count = DispatchSemaphore(value: 0)

  private init() {
    // Two are enough: the kernel's part of starting a program is serial for the most part.
    for _ in 0..<2 { DedicatedThread.start { self.work() } }
  }

  func add(_ job: @escaping @Sendable () -> Void) {
    self.jobs.withLock { $0.insert(job, at: 0) }
    self.count.signal()
  }

  private func work() {
    while true {
      self.count.wait()
      self.jobs.withLock { $0.popLast() }?()
    }
  }
}
