import ConvokeProcess
import Glibc
import Synchronization

/// A link over descriptors: two pipes, or one socket.
///
/// Writing from an idle state goes straight to the kernel, which costs least time for one message.
/// Under load, writers only append and the reactor writes whole batches, which costs least for many.
///
/// Descriptors are watched and closed on the thread of the reactor only, and never during a system
/// call: a number that was closed may belong to another link a moment later.
final class DescriptorLink: GatewayLink {
  private let input: Int32
  private let descriptor: Int32
  private let isSocket: Bool
  private let output = Mutex(LinkOutput())
  /// What waits to be written, for those who only want to know.
  private let waiting = Atomic(0)
  private let isOpen = Atomic(true)

  /// Takes over the descriptors; they may be the same one, of a socket.
  init(input: Int32, output: Int32) {
    self.input = input
    self.isSocket = input == output
    // One descriptor can be watched once only.
    self.descriptor = self.isSocket ? fcntl(output, F_DUPFD_CLOEXEC, 3) : output
    _ = signal(SIGPIPE, SIG_IGN)
    Descriptor.setNonBlocking(input)
    Descriptor.setNonBlocking(self.descriptor)
  }

  // MARK: - Reading

  func start(
    receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
    end: @escaping @Sendable (String) -> Void
  ) {
    Reactor.shared.execute { [self] in
      guard self.isOpen.load(ordering: .relaxed) else { return }
      Reactor.shared.watch(self.input, for: .readable) { [self] _ in self.read(receive, end) }
    }
  }

  private func read(
    _ receive: @Sendable (ArraySlice<UInt8>) -> Void,
    _ end: @Sendable (String) -> Void
  ) {
    // A few reads a turn: batches stay large, and no link starves another.
    for _ in 0..<4 where self.isOpen.load(ordering: .relaxed) {
      let (transfer, isFull) = ReadBuffer.read(self.input, receive)
      if transfer == .ended {
        self.close()
        return end("the link was closed by the other side")
      }
      if !isFull { return }
    }
  }

  func setPaused(_ isPaused: Bool) {
    Reactor.shared.execute { [self] in
      guard self.isOpen.load(ordering: .relaxed) else { return }
      Reactor.shared.update(self.input, for: isPaused ? [] : .readable)
    }
  }

  func close() {
    guard self.isOpen.exchange(false, ordering: .relaxed) else { return }
    Reactor.shared.execute { [self] in
      Reactor.shared.unwatch(self.input)
      Descriptor.close(self.input)
    }
    self.dropOutput()
  }

  // MARK: - Writing

  @discardableResult
  func write(_ fill: (inout [UInt8]) -> Void) -> Bool {
    let next = self.output.withLock { output in
      let next = output.add(fill)
      self.waiting.store(output.size, ordering: .relaxed)
      return next
    }
    switch next {
    case .nothing: return true
    case .refused: return false
    case .write: self.flush(isReactor: false)
    case .writeLater: Reactor.shared.execute { self.flush(isReactor: true) }
    }
    return true
  }

  var backlog: Int { self.waiting.load(ordering: .relaxed) }

  func whenBelow(_ limit: Int, _ resume: @escaping @Sendable () -> Void) {
    if self.output.withLock({ $0.wait(below: limit, resume) }) { return }
    resume()
  }

  func closeWriting() {
    if self.output.withLock({ $0.beginClosing() }) { self.flush(isReactor: false) }
  }

  // Writes until nothing is left or the kernel takes no more. Only whoever made the output busy comes here.
  private func flush(isReactor: Bool) {
    while true {
      switch self.output.withLock({ $0.nextPiece() }) {
      case .closed: return
      case .done(let isClosing): return isClosing ? self.finishWriting() : ()
      case .piece: break
      }
      let transfer = self.writePiece()
      let written = if case .moved(let count) = transfer { count } else { 0 }
      let (isClosed, ready) = self.output.withLock { output in
        let ready = output.didWrite(written)
        self.waiting.store(output.size, ordering: .relaxed)
        return (output.isClosed, ready)
      }
      for resume in ready { resume() }
      if isClosed { return self.closeDescriptor() }
      switch transfer {
      case .moved: continue
      case .ended: return self.dropOutput()
      case .wouldBlock where isReactor: return self.waitUntilWritable()
      case .wouldBlock: return Reactor.shared.execute { self.waitUntilWritable() }
      }
    }
  }

  // In a function of its own, so that the buffer has one owner again when it returns.
  private func writePiece() -> Descriptor.Transfer {
    let (bytes, start) = self.output.withLock { ($0.current, $0.written) }
    return Descriptor.write(self.descriptor, bytes[start...])
  }

  private func waitUntilWritable() {
    let (isClosed, isNew) = self.output.withLock { output in
      defer { output.isWatched = true }
      return (output.isClosed, !output.isWatched)
    }
    if isClosed { return }
    guard isNew else { return Reactor.shared.update(self.descriptor, for: .writable) }
    Reactor.shared.watch(self.descriptor, for: .writable) { [self] readiness in
      Reactor.shared.update(self.descriptor, for: [])
      readiness.contains(.hungUp) ? self.dropOutput() : self.flush(isReactor: true)
    }
  }

  private func finishWriting() {
    if self.isSocket { _ = shutdown(self.descriptor, Int32(SHUT_WR)) }
    self.dropOutput()
  }

  private func dropOutput() {
    let (isMine, waiters) = self.output.withLock { $0.close() }
    self.waiting.store(0, ordering: .relaxed)
    if isMine { self.closeDescriptor() }
    for resume in waiters { resume() }
  }

  private func closeDescriptor() {
    Reactor.shared.execute { [self] in
      Reactor.shared.unwatch(self.descriptor)
      Descriptor.close(self.descriptor)
    }
  }
}
