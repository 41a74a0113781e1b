/// A timer of the ``Reactor``.
package struct ReactorTimer: Sendable, Hashable {
  let due: ContinuousClock.Instant
  let number: UInt64
}

/// Timers in the order in which they are due: a binary heap; cancelled ones stay until they surface.
struct TimerQueue {
  private var heap: [ReactorTimer] = []
  private var jobs: [UInt64: @Sendable () -> Void] = [:]
  private var number: UInt64 = 0

  /// When the first timer is due.
  var nextDue: ContinuousClock.Instant? { self.heap.first?.due }

  mutating func insert(
    due: ContinuousClock.Instant,
    _ job: @escaping @Sendable () -> Void
  ) -> ReactorTimer {
    self.number += 1
    let timer = ReactorTimer(due: due, number: self.number)
    self.jobs[timer.number] = job
    self.heap.append(timer)
    self.siftUp(self.heap.count - 1)
    return timer
  }

  mutating func remove(_ timer: ReactorTimer) {
    self.jobs.removeValue(forKey: timer.number)
    // Cancelled timers must not pile up: a deadline is cancelled far more often than it is met.
    if self.heap.count > 64, self.heap.count > 2 * self.jobs.count { self.compact() }
  }

  mutating func takeDue(at now: ContinuousClock.Instant) -> [@Sendable () -> Void] {
    var due: [@Sendable () -> Void] = []
    while let first = self.heap.first, first.due <= now || self.jobs[first.number] == nil {
      if let job = self.jobs.removeValue(forKey: first.number) { due.append(job) }
      self.removeFirst()
    }
    return due
  }

  private mutating func compact() {
    self.heap = self.heap.filter { self.jobs[$0.number] != nil }.sorted(by: TimerQueue.precedes)
  }

  private mutating func removeFirst() {
    let last = self.heap.removeLast()
    if self.heap.isEmpty { return }
    self.heap[0] = last
    self.siftDown(0)
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 2
      guard TimerQueue.precedes(self.heap[index], self.heap[parent]) else { return }
      self.heap.swapAt(index, parent)
      index = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var index = start
    while true {
      let left = 2 * index + 1
      guard left < self.heap.count else { return }
      let right = left + 1
      let isRight =
        right < self.heap.count && TimerQueue.precedes(self.heap[right], self.heap[left])
      let child = isRight ? right : left
      guard TimerQueue.precedes(self.heap[child], self.heap[index]) else { return }
      self.heap.swapAt(index, child)
      index = child
    }
  }

  private static func precedes(_ left: ReactorTimer, _ right: ReactorTimer) -> Bool {
    (left.due, left.number) < (right.due, right.number)
  }
}
