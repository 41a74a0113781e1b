import ConvokeProcess
import Glibc
import Synchronization

/// A link over descriptors: two pipes, or one socket.
///
/// Writing from an idle state goes straight to the kernel, which costs least time for one message.
/// Under load, writers only append and the reactor writes whole batches, which costs least for many.
///
/// A descriptor is never closed during a system call on it, for its number may belong to another link a
/// moment later: the one for writing is closed on the thread of the reactor only, the one for reading by
/// whoever has taken it last.
final class DescriptorLink: GatewayLink {
  let input: Int32
  private let descriptor: Int32
  private let isSocket: Bool
  private let output = Mutex(LinkOutput())
  /// What waits to be written, for those who only want to know.
  private let waiting = Atomic(0)
  let isOpen = Atomic(true)
  let reading = Mutex(Reading())

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

  // MARK: - Writing

  /// Lets the next write go to the kernel at once, as somebody on the other side waits for it.
  func expectAnswer() { self.output.withLock { $0.isExpected = true } }

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

  func hold() { self.output.withLock { $0.hold() } }

  func release() { if self.output.withLock({ $0.release() }) { self.flush(isReactor: false) } }

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

  func dropOutput() {
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
