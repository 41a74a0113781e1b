/// Who reads a link: the reactor, or for a moment somebody who waits for an item; pure.
///
/// Waking a thread takes longer than an answer of a worker on the same machine needs. So who waits
/// looks for a few microseconds himself, as long as that is worth it.
struct LinkInput {
  /// What is to be done with the descriptor when a reader leaves it.
  enum Rest { case watch, nothing, close }

  /// The waits that go by before the first look, and after the first one that was in vain.
  private static let fewWaits = 8
  /// The waits that go by when looks are in vain again and again.
  private static let manyWaits = 4096

  /// Whether the descriptor is not to be used by anybody else.
  private(set) var isTaken = false
  /// Whether nothing is read for now.
  var isPaused = false

  private var isClosed = false
  private var isStarted = false
  private var waits = LinkInput.fewWaits
  private var nextWaits = LinkInput.fewWaits

  /// Notes that the descriptor is watched.
  mutating func start() { self.isStarted = true }

  /// Takes the descriptor for the reactor; `false` if somebody else has it.
  mutating func takeForReactor() -> Bool {
    if self.isTaken || self.isClosed { return false }
    self.isTaken = true
    return true
  }

  /// Takes the descriptor for somebody who waits; `false` if he has to wait like everybody.
  mutating func takeForWait() -> Bool {
    if self.isTaken || self.isClosed || self.isPaused || !self.isStarted { return false }
    self.waits -= 1
    guard self.waits <= 0 else { return false }
    self.isTaken = true
    return true
  }

  /// Gives the descriptor back after a wait, and learns from it.
  mutating func leave(inVain: Bool) -> Rest {
    self.waits = inVain ? self.nextWaits : 0
    self.nextWaits = inVain ? min(self.nextWaits * 2, Self.manyWaits) : Self.fewWaits
    return self.leave()
  }

  /// Gives the descriptor back.
  mutating func leave() -> Rest {
    self.isTaken = false
    if self.isClosed { return .close }
    return self.isPaused || !self.isStarted ? .nothing : .watch
  }

  /// Ends reading; whether the caller has to close the descriptor.
  mutating func close() -> Bool {
    self.isClosed = true
    return !self.isTaken
  }
}
