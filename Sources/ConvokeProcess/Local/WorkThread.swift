import Dispatch
import Synchronization

/// A thread of its own for jobs that block for a moment, one after the other.
final class WorkThread: Sendable {
  /// The thread on which processes are started: vfork(2) stops its thread until the program runs.
  ///
  /// One thread, so that no child is between vfork and exec while the pipes of another are open at the
  /// wrong end: it would hold them, and their end of file would come late.
  static let spawning = WorkThread()

  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let count = DispatchSemaphore(value: 0)

  /// Starts the thread, which never ends.
  init() {
    DedicatedThread.start { self.work() }
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
