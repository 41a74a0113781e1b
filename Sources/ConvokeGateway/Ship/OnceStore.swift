import Synchronization

/// Values that cost something to make: each is made once, by the first who asks; the others wait for it.
///
/// A value that could not be made is tried again by the next who asks.
final class OnceStore: Sendable {
  private let tasks = Mutex<[String: Task<[UInt8], any Error>]>([:])

  func value(
    for key: String,
    _ make: @escaping @Sendable () async throws -> [UInt8]
  ) async throws -> [UInt8] {
    // It belongs to all who wait for it, so none of them can cancel it.
    let task = self.tasks.withLock { tasks in
      if let known = tasks[key] { return known }
      let task = Task.detached { try await make() }
      tasks[key] = task
      return task
    }
    do {
      return try await task.value
    } catch {
      self.tasks.withLock { if $0[key] == task { $0[key] = nil } }
      throw error
    }
  }
}
