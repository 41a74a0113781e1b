import Synchronization

/// A flag that only the first one takes.
final class OnceFlag: Sendable {
  private let isTaken = Atomic(false)

  func take() -> Bool { !self.isTaken.exchange(true, ordering: .acquiringAndReleasing) }
}
