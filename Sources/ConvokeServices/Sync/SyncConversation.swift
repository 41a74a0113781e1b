import ConvokeGateway
import ConvokeWire
import Synchronization

/// The conversation with one target: sends orders, keeps account of the answers.
final class SyncConversation: Sendable {
  /// How many bytes of files may be on the way.
  static let limit = 4 << 20

  struct State {
    var outcome: SyncOutcome
    /// The files that are wanted, with the hash of what is there if that has the right size.
    var wants: [Int: String?] = [:]
    var isListed = false
    var extras: [[WireValue]] = []
    var isDone = false
    var isOver = false
    var outstanding = 0
    /// The bytes of files that went in one order and are not answered.
    var whole: [Int: Int] = [:]
    var busySince: ContinuousClock.Instant?
    var waiter: CheckedContinuation<Void, Never>?
  }

  let target: SyncTarget
  private let state: Mutex<State>
  private let channel: Mutex<Channel?> = Mutex(nil)
  private let options: SyncOptions
  private let path: @Sendable (Int) -> String

  init(_ target: SyncTarget, _ options: SyncOptions, path: @escaping @Sendable (Int) -> String) {
    self.target = target
    self.options = options
    self.path = path
    self.state = Mutex(
      State(
        outcome: SyncOutcome(gateway: target.gateway.id, destination: target.destination)
      )
    )
  }

  var isOver: Bool { self.state.withLock { $0.isOver } }
  var outcome: SyncOutcome { self.state.withLock { $0.outcome } }
  var wanted: [Int] { self.state.withLock { $0.isOver ? [] : Array($0.wants.keys) } }

  /// Whether the file is wanted: `.some(hash)` with what is there, if anything comparable is.
  func want(_ index: Int) -> String?? { self.state.withLock { $0.isOver ? nil : $0.wants[index] } }

  // MARK: - What this side says

  /// Starts the program of the far side.
  func begin() async {
    do {
      let channel = try self.target.gateway.execute(SyncProgram.program)
      // Names are bytes, with Python 2 too.
      try channel.reconfigure(WireStringCoercion(python2String: .bytes, isTextBytes: false))
      self.channel.withLock { $0 = channel }
      try await channel.send(
        .tuple([.bytes(Array(self.target.destination.utf8)), .bool(self.target.deletes)])
      )
    } catch {
      self.fail(error)
    }
  }

  /// Sends an order; after a failure of the target it does nothing.
  func send(_ order: Int, _ arguments: WireValue...) async throws {
    try await self.send(.tuple([.int(order)] + arguments))
  }

  /// Sends a piece of a file, once there is room for it.
  func send(piece: [UInt8]) async throws {
    try await self.wait { $0.outstanding < Self.limit }
    self.state.withLock { state in
      state.outstanding += piece.count
      state.outcome.bytes += piece.count
    }
    try await self.send(.bytes(piece))
  }

  /// Sends a whole file in one order, once there is room for it.
  func send(whole index: Int, _ hash: String, _ bytes: [UInt8]) async throws {
    try await self.wait { $0.outstanding < Self.limit }
    self.state.withLock { state in
      state.outstanding += bytes.count
      state.outcome.bytes += bytes.count
      state.whole[index] = bytes.count
    }
    try await self.send(SyncProgram.Order.whole, .int(index), .string(hash), .bytes(bytes))
  }

  private func send(_ item: WireValue) async throws {
    guard !self.isOver, let channel = self.channel.withLock({ $0 }) else { return }
    self.state.withLock { $0.busySince = .now }
    defer { self.state.withLock { $0.busySince = nil } }
    do {
      try await channel.send(item)
    } catch let error as CancellationError {
      throw error
    } catch let error as GatewayError where error.code == .gatewayLost {
      self.fail(error)
    } catch {
      // The answers tell why; if nothing comes any more, this does.
      self.channel.withLock({ $0 })?.close()
      if !channel.isClosed { self.fail(error) }
    }
  }

  /// Waits until the list is compared.
  func waitUntilListed() async throws { try await self.wait { $0.isListed } }

  /// Waits for the list of what could be deleted; there is none if nothing is.
  func waitForExtras() async throws -> [[WireValue]] {
    try await self.wait { $0.isDone || !$0.extras.isEmpty }
    return self.state.withLock { $0.isOver ? [] : $0.extras }
  }

  /// Tells the far side that nothing more comes.
  func close() { self.channel.withLock({ $0 })?.close() }

  /// Waits until all is done.
  func waitUntilDone() async throws { try await self.wait { $0.isDone } }

  private func wait(_ isReached: @Sendable (State) -> Bool) async throws {
    while true {
      try Task.checkCancellation()
      let mustWait = self.state.withLock { state in
        let mustWait = !state.isOver && !isReached(state)
        state.busySince = mustWait ? state.busySince ?? .now : nil
        return mustWait
      }
      guard mustWait else { return }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let waits = self.state.withLock { state in
            if state.isOver || isReached(state) || Task.isCancelled { return false }
            state.waiter = continuation
            return true
          }
          if !waits { continuation.resume() }
        }
      } onCancel: {
        self.wake { _ in }
      }
    }
  }

  private func wake(_ change: (inout State) -> Void) {
    let waiter = self.state.withLock { state in
      change(&state)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  // MARK: - What the far side says

  /// Takes all answers, until the end of the conversation.
  func follow() async {
    guard let channel = self.channel.withLock({ $0 }) else { return }
    do {
      while true {
        do {
          self.take(try await channel.receive(within: self.options.stallLimit))
        } catch let error as GatewayError where error.code == .timedOut {
          try self.checkSilence()
        }
      }
    } catch let error as GatewayError where error.code == .endOfChannel {
      let isDone = self.state.withLock { $0.isDone }
      self.end(isDone ? nil : GatewayError(.closed, "the program of the target ended early"))
    } catch {
      self.end(error)
    }
    channel.close()
  }

  private func checkSilence() throws {
    let limit = self.options.stallLimit
    let isStalled = self.state.withLock { state in
      state.busySince.map { $0.duration(to: .now) >= limit } ?? false
    }
    guard isStalled else { return }
    throw GatewayError(.timedOut, "the target was silent for \(limit)")
  }

  private func take(_ answer: WireValue) {
    guard let parts = answer.elements, let code = parts.first?.int else { return }
    let index = parts.count > 1 ? parts[1].int ?? 0 : 0
    self.state.withLock { if $0.busySince != nil { $0.busySince = .now } }
    let gateway = self.target.gateway.id
    switch (code, parts.count) {
    case (SyncProgram.Reply.want, 3):
      self.state.withLock { $0.wants[index] = .some(parts[2].string) }
    case (SyncProgram.Reply.listed, 3):
      self.report(.listed(gateway: gateway, files: index, bytes: parts[2].int ?? 0))
      self.wake { $0.isListed = true }
    case (SyncProgram.Reply.received, 3):
      let bytes = parts[2].int ?? 0
      self.report(.received(gateway: gateway, path: self.path(index), bytes: bytes))
      self.wake { $0.outstanding -= bytes }
    case (SyncProgram.Reply.written, 2):
      self.state.withLock { $0.outcome.files += 1 }
      if let bytes = self.settle(index) {
        self.report(.received(gateway: gateway, path: self.path(index), bytes: bytes))
      }
      self.report(.written(gateway: gateway, path: self.path(index)))
    case (SyncProgram.Reply.failed, 3):
      let failure = SyncOutcome.FileFailure(path: self.path(index), reason: parts[2].string ?? "")
      self.state.withLock { $0.outcome.failures.append(failure) }
      _ = self.settle(index)
      self.report(.failed(gateway: gateway, path: failure.path, reason: failure.reason))
    case (SyncProgram.Reply.extras, 3):
      self.wake { $0.extras.append(parts[2].elements ?? []) }
    case (SyncProgram.Reply.done, 3):
      self.wake { state in
        state.outcome.links = index
        state.outcome.deleted = parts[2].int ?? 0
        state.isDone = true
      }
    default: break
    }
  }

  // Takes account of the answer to a whole file; hands out its bytes.
  private func settle(_ index: Int) -> Int? {
    guard let bytes = self.state.withLock({ $0.whole.removeValue(forKey: index) }) else {
      return nil
    }
    self.wake { $0.outstanding -= bytes }
    return bytes
  }

  private func report(_ event: SyncEvent) { self.options.onEvent?(event) }

  /// Ends the conversation because of an error of this side.
  func fail(_ error: any Error) {
    self.channel.withLock({ $0 })?.close()
    self.end(error)
  }

  private func end(_ error: (any Error)?) {
    let outcome = self.state.withLock { state -> SyncOutcome? in
      if state.isOver { return nil }
      state.outcome.error = error
      return state.outcome
    }
    self.wake { $0.isOver = true }
    guard let outcome else { return }
    self.report(.finished(outcome))
    self.target.onFinish?(outcome)
  }
}
