internal import CConvokeSystem
import ConvokeProcess
import Synchronization

/// What listens to one session channel; called on the thread of the reactor.
protocol MuxSessionHandler: AnyObject, Sendable {
  /// Whether it may wait until another session has ended.
  var mayWait: Bool { get }
  /// The channel has this number; it is not open yet.
  func sessionIsNumbered(_ number: UInt32, in connection: MuxConnection)
  /// Something happened to the channel.
  func session(_ event: SSHChannelEvent)
  /// The connection is gone, and the channel with it.
  func connectionEnded(_ reason: String)
}

/// A connection to the control socket of an ssh master, with the session channels it carries.
///
/// Everything happens on the thread of the reactor, so that events keep their order.
final class MuxConnection: Sendable {
  private struct State {
    var descriptor: Int32
    var mux = MuxProtocolState()
    var outgoing: [UInt8] = []
    var isWaitingToWrite = false
    var handlers: [UInt32: any MuxSessionHandler] = [:]
    var limiter = SessionLimiter()
    var waiting: [any MuxSessionHandler] = []
  }

  private let state: Mutex<State>
  private let onReady: @Sendable (MuxConnection) -> Void
  private let onEnd: @Sendable (String) -> Void

  /// Connects to a control socket and asks for proxy mode; `nil` if nothing listens there.
  ///
  /// - Parameters:
  ///   - path: The path of the socket.
  ///   - onReady: Called once sessions may be opened.
  ///   - onEnd: Called once, when the connection is gone, with the reason.
  init?(
    to path: String,
    onReady: @escaping @Sendable (MuxConnection) -> Void,
    onEnd: @escaping @Sendable (String) -> Void
  ) {
    let descriptor = unsafe path.withCString { unsafe convoke_connect_local($0) }
    guard descriptor >= 0 else { return nil }
    Descriptor.setNonBlocking(descriptor)
    self.state = Mutex(State(descriptor: descriptor))
    self.onReady = onReady
    self.onEnd = onEnd
    Reactor.shared.watch(descriptor, for: .readable) { readiness in
      if readiness.contains(.writable) { self.flush() }
      if !readiness.isDisjoint(with: [.readable, .hungUp]) { self.read() }
    }
    self.flush()
  }

  // MARK: - Sessions

  /// Opens a session channel, at once or when the server allows another one.
  func open(_ handler: any MuxSessionHandler) {
    let (number, isClosed) = self.state.withLock { state -> (UInt32?, Bool) in
      guard state.descriptor >= 0 else { return (nil, true) }
      guard state.limiter.mayOpen else {
        if handler.mayWait { state.waiting.append(handler) }
        return (nil, false)
      }
      state.limiter.opening()
      let number = state.mux.openSession()
      state.handlers[number] = handler
      return (number, false)
    }
    if isClosed { return handler.connectionEnded("the connection is closed") }
    guard let number else {
      if !handler.mayWait { handler.session(.refused("the server allows no further session")) }
      return
    }
    handler.sessionIsNumbered(number, in: self)
    self.flush()
  }

  /// Forgets a session that still waits to be opened; says whether it did wait.
  func forget(_ handler: any MuxSessionHandler) {
    self.state.withLock { $0.waiting.removeAll { $0 === handler } }
  }

  /// Changes the state of a channel and sends what that makes necessary.
  func perform(_ change: (inout MuxProtocolState) -> [MuxProtocolState.Event]) {
    let events = self.state.withLock { state in
      state.descriptor < 0 ? [] : change(&state.mux)
    }
    self.flush()
    for event in events { self.handle(event) }
  }

  // MARK: - Bytes

  private func read() {
    let descriptor = self.state.withLock { $0.descriptor }
    guard descriptor >= 0 else { return }
    let (transfer, bytes) = Descriptor.read(descriptor)
    switch transfer {
    case .wouldBlock: return
    case .ended: self.end("the ssh master ended")
    case .moved: self.take(bytes)
    }
  }

  private func take(_ bytes: [UInt8]) {
    let result = self.state.withLock {
      state -> Result<[MuxProtocolState.Event], SSHProtocolError> in
      do throws(SSHProtocolError) {
        return .success(try state.mux.receive(bytes[...]))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .failure(let error): self.end(error.message)
    case .success(let events):
      for event in events { self.handle(event) }
      self.flush()
    }
  }

  private func flush() {
    while true {
      let (descriptor, bytes) = self.state.withLock { state in
        state.outgoing += state.mux.takeOutgoing()
        return (state.descriptor, state.outgoing)
      }
      if descriptor < 0 { return }
      if bytes.isEmpty { return self.waitToWrite(false) }
      switch Descriptor.write(descriptor, bytes[...]) {
      case .moved(let count): self.state.withLock { $0.outgoing.removeFirst(count) }
      case .wouldBlock: return self.waitToWrite(true)
      // Reading notices the end, after what the master has sent before it.
      case .ended: return
      }
    }
  }

  private func waitToWrite(_ isWaiting: Bool) {
    let descriptor = self.state.withLock { state -> Int32 in
      guard state.isWaitingToWrite != isWaiting else { return -1 }
      state.isWaitingToWrite = isWaiting
      return state.descriptor
    }
    guard descriptor >= 0 else { return }
    Reactor.shared.update(descriptor, for: isWaiting ? [.readable, .writable] : .readable)
  }

  /// Ends the connection; all its sessions learn why.
  func end(_ reason: String) {
    let (descriptor, handlers) = self.state.withLock { state in
      defer {
        state.descriptor = -1
        state.handlers = [:]
        state.waiting = []
      }
      return (state.descriptor, Array(state.handlers.values) + state.waiting)
    }
    guard descriptor >= 0 else { return }
    Reactor.shared.unwatch(descriptor)
    Descriptor.close(descriptor)
    self.onEnd(reason)
    for handler in handlers { handler.connectionEnded(reason) }
  }

  // MARK: - Events

  private func handle(_ event: MuxProtocolState.Event) {
    switch event {
    case .ready: self.onReady(self)
    case .channel(let number, .refused(let reason)): self.retry(number, reason)
    case .channel(let number, let event):
      let handler = self.state.withLock { state in
        defer {
          if event == .closed {
            state.handlers[number] = nil
            state.limiter.closed()
          }
          if event == .opened { state.limiter.opened() }
        }
        return state.handlers[number]
      }
      handler?.session(event)
      if event == .closed { self.openNext() }
    }
  }

  // The server allows no further session now: wait until another one ends.
  private func retry(_ number: UInt32, _ reason: String) {
    let (handler, answer) = self.state.withLock { state in
      (state.handlers.removeValue(forKey: number), state.limiter.refused())
    }
    guard let handler else { return }
    if !handler.mayWait { return handler.session(.refused(reason)) }
    switch answer {
    case .giveUp: handler.session(.refused(reason))
    case .waitForEnd: self.state.withLock { $0.waiting.append(handler) }
    case .tryAgain(let delay):
      Reactor.shared.schedule(after: delay) { self.open(handler) }
    }
  }

  private func openNext() {
    while true {
      let next = self.state.withLock { state -> (any MuxSessionHandler)? in
        guard state.limiter.mayOpen, !state.waiting.isEmpty else { return nil }
        return state.waiting.removeFirst()
      }
      guard let next else { return }
      self.open(next)
    }
  }
}
