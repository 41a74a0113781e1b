import ConvokeProcess
import Glibc
import Synchronization

extension DescriptorLink {
  /// Who reads, and what is done with what comes.
  struct Reading {
    var input = LinkInput()
    var receive: (@Sendable (ArraySlice<UInt8>) -> Void)?
    var end: (@Sendable (String) -> Void)?
  }

  /// How long somebody who waits looks himself: about the time it takes to wake a thread twice.
  private static let briefly = Duration.microseconds(50)

  func start(
    receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
    end: @escaping @Sendable (String) -> Void
  ) {
    Reactor.shared.execute { [self] in
      guard self.isOpen.load(ordering: .relaxed) else { return }
      self.reading.withLock { reading in
        reading.receive = receive
        reading.end = end
        reading.input.start()
      }
      Reactor.shared.watch(self.input, for: .readable) { [self] _ in self.readOnReactor() }
    }
  }

  private func readOnReactor() {
    guard self.reading.withLock({ $0.input.takeForReactor() }) else { return }
    // A few reads a turn: batches stay large, and no link starves another.
    for _ in 0..<4 where self.isOpen.load(ordering: .relaxed) {
      let (transfer, isFull) = self.readOnce()
      if transfer == .ended || !isFull { break }
    }
    // The descriptor is closed by a job of the reactor, which comes later.
    self.reading.withLock { _ = $0.input.leave() }
  }

  func readBriefly(until isDone: () -> Bool) -> Bool {
    let isMine = self.reading.withLock { reading in
      let isMine = reading.input.takeForWait()
      if isMine { Reactor.shared.update(self.input, for: []) }
      return isMine
    }
    guard isMine else { return false }
    let end = ContinuousClock.now + Self.briefly
    var hasCome = isDone()
    while !hasCome, self.isOpen.load(ordering: .relaxed) {
      if case .wouldBlock = self.readOnce().transfer {
        if ContinuousClock.now > end { break }
        // The other side may need this very core.
        sched_yield()
      } else {
        hasCome = isDone()
      }
    }
    self.leave(inVain: !hasCome)
    if hasCome { self.expectAnswer() }
    return hasCome
  }

  private func leave(inVain: Bool) {
    self.reading.withLock { reading in
      switch reading.input.leave(inVain: inVain) {
      case .watch: Reactor.shared.update(self.input, for: .readable)
      case .close: self.closeInput()
      case .nothing: break
      }
    }
  }

  private func readOnce() -> (transfer: Descriptor.Transfer, isFull: Bool) {
    let (receive, end) = self.reading.withLock { ($0.receive, $0.end) }
    let (transfer, isFull) = ReadBuffer.read(self.input) { bytes in receive?(bytes) }
    if transfer == .ended {
      self.close()
      end?("the link was closed by the other side")
    }
    return (transfer, isFull)
  }

  func setPaused(_ isPaused: Bool) {
    Reactor.shared.execute { [self] in
      guard self.isOpen.load(ordering: .relaxed) else { return }
      self.reading.withLock { reading in
        reading.input.isPaused = isPaused
        if reading.input.isTaken { return }
        Reactor.shared.update(self.input, for: isPaused ? [] : .readable)
      }
    }
  }

  func close() {
    guard self.isOpen.exchange(false, ordering: .relaxed) else { return }
    Reactor.shared.execute { [self] in
      self.reading.withLock { reading in
        if reading.input.close() { self.closeInput() }
        // They may hold this link.
        reading.receive = nil
        reading.end = nil
      }
    }
    self.dropOutput()
  }

  // Under the lock, so that nobody changes what is watched of a number that is in use again.
  private func closeInput() {
    Reactor.shared.unwatch(self.input)
    Descriptor.close(self.input)
  }
}
