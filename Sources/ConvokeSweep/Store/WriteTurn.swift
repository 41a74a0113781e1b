internal import Glibc
import Synchronization

/// When a process tries again to write while others do.
///
/// SQLite's own waiting sleeps up to 100 ms and lets nobody in meanwhile; a write takes 30 microseconds.
final class WriteTurn: Sendable {
  private struct State {
    var began = ContinuousClock.now
    var lastWrite: ContinuousClock.Instant?
  }

  private let limit: Duration
  private let state = Mutex(State())

  /// - Parameter limit: How long to try before the write fails.
  init(within limit: Duration) { self.limit = limit }

  /// Notes that this process has written.
  func hasWritten() { self.state.withLock { $0.lastWrite = .now } }

  /// Sleeps for a moment, unless it is too late to try again.
  ///
  /// - Parameters:
  ///   - tries: How many tries of this write have failed before.
  ///   - shorter: A limit that comes before the usual one, for what need not be.
  /// - Returns: Whether to try again.
  func wait(afterTries tries: Int, within shorter: Duration?) -> Bool {
    let now = ContinuousClock.now
    let (waited, isWriter) = self.state.withLock { state in
      if tries == 0 { state.began = now }
      let isWriter = state.lastWrite.map { $0.duration(to: now) < .milliseconds(50) } ?? false
      return (state.began.duration(to: now), isWriter)
    }
    guard waited < min(shorter ?? self.limit, self.limit) else { return false }
    usleep(Self.pause(after: waited, isUrgent: shorter != nil, isWriter: isWriter))
    return true
  }

  // In microseconds. Who has just written lets another write some twenty times, for the next one to write
  // has to read all pages again.
  private static func pause(after waited: Duration, isUrgent: Bool, isWriter: Bool) -> UInt32 {
    if isUrgent { return UInt32.random(in: 50...200) }
    if isWriter { return UInt32.random(in: 300...1_200) }
    if waited < .milliseconds(50) { return UInt32.random(in: 100...800) }
    return UInt32.random(in: 1_000...3_000)
  }
}
