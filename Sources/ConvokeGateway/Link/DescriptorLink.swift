import ConvokeProcess
import Glibc
import Synchronization

/// A link over descriptors: two pipes, or one socket.
///
/// Writing from an idle state goes straight to the kernel, which costs least time for one message.
/// Under load, writers only append and the reactor writes whole batches, which costs least for many.
final class DescriptorLink: GatewayLink {
  private struct Output {
    var descriptor: Int32
    var buffer: [UInt8] = []
    var rest: ArraySlice<UInt8> = []
    var isBusy = false
    var isWatched = false
    var isClosing = false
    var lastWrite = ContinuousClock.now
    var waiters: [(limit: Int, resume: @Sendable () -> Void)] = []
  }

  private let input: Int32
  private let isSocket: Bool
  private let output: Mutex<Output>
  private let isOpen = Atomic(true)

  /// Takes over the descriptors; they may be the same one, of a socket.
  init(input: Int32, output: Int32) {
    self.input = input
    self.isSocket = input == output
    // One descriptor can be watched once only.
    let second = self.isSocket ? fcntl(output, F_DUPFD_CLOEXEC, 3) : output
    self.output = Mutex(Output(descriptor: second))
    _ = signal(SIGPIPE, SIG_IGN)
    Descriptor.setNonBlocking(input)
    Descriptor.setNonBlocking(second)
  }

  // MARK: - Reading

  func start(
    receive: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
    end: @escaping @Sendable (String) -> Void
  ) {
    Reactor.shared.watch(self.input, for: .readable) { [self] _ in
      // A few reads a turn: batches stay large, and no link starves another.
      for _ in 0..<4 {
        let (transfer, bytes) = Descriptor.read(self.input)
        switch transfer {
        case .moved: receive(bytes[...])
        case .wouldBlock: return
        case .ended:
          self.close()
          return end("the link was closed by the other side")
        }
        if bytes.count < 32 << 10 { return }
      }
    }
  }

  func setPaused(_ isPaused: Bool) {
    Reactor.shared.update(self.input, for: isPaused ? [] : .readable)
  }

  // MARK: - Writing

  /// How long after a write the next one is left to the reactor.
  private static let busyTime = Duration.microseconds(20)

  @discardableResult
  func write(_ fill: (inout [UInt8]) -> Void) -> Bool {
    enum Next { case nothing, flush, later, closed }
    let next = self.output.withLock { output -> Next in
      if output.descriptor < 0 || output.isClosing { return .closed }
      fill(&output.buffer)
      if output.isBusy { return .nothing }
      output.isBusy = true
      let isHot = ContinuousClock.now - output.lastWrite < Self.busyTime
      return isHot ? .later : .flush
    }
    switch next {
    case .nothing: return true
    case .closed: return false
    case .flush: self.flush()
    case .later: Reactor.shared.execute { self.flush() }
    }
    return true
  }

  var backlog: Int { self.output.withLock { $0.buffer.count + $0.rest.count } }

  func whenBelow(_ limit: Int, _ resume: @escaping @Sendable () -> Void) {
    let isBelow = self.output.withLock { output in
      if output.descriptor < 0 || output.buffer.count + output.rest.count < limit { return true }
      output.waiters.append((limit, resume))
      return false
    }
    if isBelow { resume() }
  }

  func closeWriting() {
    let mustFlush = self.output.withLock { output in
      output.isClosing = true
      defer { output.isBusy = true }
      return !output.isBusy
    }
    if mustFlush { self.flush() }
  }

  // Writes until nothing is left or the kernel takes no more. Only whoever set `isBusy` comes here.
  private func flush() {
    while true {
      let (descriptor, piece) = self.output.withLock { output in
        if output.rest.isEmpty {
          output.rest = output.buffer[...]
          output.buffer = []
        }
        if output.rest.isEmpty { output.isBusy = false }
        return (output.descriptor, output.rest)
      }
      if descriptor < 0 { return }
      if piece.isEmpty { return self.finishIfClosing() }
      switch Descriptor.write(descriptor, piece) {
      case .moved(let count): self.didWrite(count)
      case .wouldBlock: return self.waitUntilWritable(descriptor)
      case .ended: return self.dropOutput()
      }
    }
  }

  private func didWrite(_ count: Int) {
    let ready = self.output.withLock { output in
      output.rest = output.rest.dropFirst(count)
      output.lastWrite = .now
      guard !output.waiters.isEmpty else { return [@Sendable () -> Void]() }
      let size = output.buffer.count + output.rest.count
      let ready = output.waiters.filter { size < $0.limit }.map(\.resume)
      output.waiters.removeAll { size < $0.limit }
      return ready
    }
    for resume in ready { resume() }
  }

  private func waitUntilWritable(_ descriptor: Int32) {
    let isNew = self.output.withLock { output in
      defer { output.isWatched = true }
      return !output.isWatched
    }
    guard isNew else { return Reactor.shared.update(descriptor, for: .writable) }
    Reactor.shared.watch(descriptor, for: .writable) { [self] readiness in
      Reactor.shared.update(descriptor, for: [])
      readiness.contains(.hungUp) ? self.dropOutput() : self.flush()
    }
  }

  private func finishIfClosing() {
    let descriptor = self.output.withLock { $0.isClosing && !$0.isBusy ? $0.descriptor : -1 }
    guard descriptor >= 0 else { return }
    if self.isSocket { _ = shutdown(descriptor, Int32(SHUT_WR)) }
    self.dropOutput()
  }

  private func dropOutput() {
    let (descriptor, isWatched, waiters) = self.output.withLock { output in
      defer {
        output.descriptor = -1
        output.buffer = []
        output.rest = []
        output.waiters = []
      }
      return (output.descriptor, output.isWatched, output.waiters)
    }
    if descriptor >= 0 {
      if isWatched { Reactor.shared.unwatch(descriptor) }
      Descriptor.close(descriptor)
    }
    for waiter in waiters { waiter.resume() }
  }

  func close() {
    guard self.isOpen.exchange(false, ordering: .relaxed) else { return }
    Reactor.shared.unwatch(self.input)
    Descriptor.close(self.input)
    self.dropOutput()
  }
}
