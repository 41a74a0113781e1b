import ConvokeWire

/// What a channel knows: items that wait, who waits for them, credit and the ways it may have ended.
///
/// Pure: every event hands out what is to be done once the lock around the state is released.
struct ChannelState {
  /// Why no more items come.
  enum End {
    /// The other side closed the channel, or said that it sends no more.
    case closed
    /// The code on the other side failed.
    case failed(GatewayError)
    /// The gateway is gone.
    case lost(GatewayError)
  }

  /// One item as it arrived, still encoded.
  typealias Payload = [UInt8]
  typealias Receiver = CheckedContinuation<Payload?, Never>

  private var queue: [Payload] = []
  private var head = 0
  private var receivers: [(id: UInt64, continuation: Receiver)] = []
  private var closeWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  private var sendWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  private var givenUp: Set<UInt64> = []
  private var nextID: UInt64 = 0
  /// Why no more items come; `nil` while more may.
  private(set) var end: End?
  /// Whether an error of the other side has been handed to a caller.
  private(set) var isErrorTaken = false
  /// Whether this side may still send.
  private(set) var canSend = true
  /// Whether this side closed the channel.
  private(set) var isClosedHere = false
  /// Whether items go to a callback.
  var hasCallback = false

  /// What strings become when items are read.
  var coercion: WireStringCoercion
  /// How many bytes of items may still be sent; `nil` without flow control.
  private var credit: Int?
  /// Bytes consumed here that the other side was not told of yet.
  private var consumed = 0

  init(coercion: WireStringCoercion = .channel) { self.coercion = coercion }

  mutating func makeID() -> UInt64 {
    self.nextID += 1
    return self.nextID
  }

  // MARK: - Receiving

  /// Takes items; hands out who waits, each for the item of the same place.
  mutating func deliver(_ payloads: ArraySlice<Payload>) -> [Receiver] {
    if self.end != nil || self.isClosedHere { return [] }
    if self.receivers.isEmpty {
      self.queue += payloads
      return []
    }
    let ready = self.receivers.prefix(payloads.count).map(\.continuation)
    self.receivers.removeFirst(ready.count)
    self.queue += payloads.dropFirst(ready.count)
    return ready
  }

  /// What a receiver finds.
  enum Found {
    /// An item, and the bytes to grant to the other side if it is time.
    case item(Payload, grant: Int?, WireStringCoercion)
    /// No item, and none will come.
    case end(GatewayError)
    /// No item yet.
    case nothing
    /// All items go to the callback.
    case callback
  }

  /// Looks for an item, and at the end of the channel only when there is none.
  mutating func find(_ name: @autoclosure () -> String) -> Found {
    if self.hasCallback { return .callback }
    if let payload = self.next() {
      return .item(payload, grant: self.consume(payload.count), self.coercion)
    }
    return self.end == nil ? .nothing : .end(self.takeError(name()))
  }

  /// The next item if one waits.
  mutating func next() -> Payload? {
    guard self.head < self.queue.count else { return nil }
    let payload = self.queue[self.head]
    self.head += 1
    if self.head == self.queue.count {
      self.queue.removeAll(keepingCapacity: self.queue.capacity <= 4096)
      self.head = 0
    } else if self.head >= 1024, self.head * 2 > self.queue.count {
      self.queue.removeFirst(self.head)
      self.head = 0
    }
    return payload
  }

  /// Whether a receiver need not wait.
  var hasNews: Bool { self.end != nil || self.head < self.queue.count }

  /// Lets a receiver wait; `false` if it has to look again instead.
  mutating func wait(_ id: UInt64, _ continuation: Receiver) -> Bool {
    if self.givenUp.remove(id) != nil || self.hasNews { return false }
    self.receivers.append((id, continuation))
    return true
  }

  mutating func giveUp(receiver id: UInt64) -> Receiver? {
    guard let index = self.receivers.firstIndex(where: { $0.id == id }) else {
      self.givenUp.insert(id)
      return nil
    }
    return self.receivers.remove(at: index).continuation
  }

  mutating func forget(_ id: UInt64) { self.givenUp.remove(id) }

  // MARK: - The end

  /// Those to wake when a channel has ended.
  struct Wakeups {
    var receivers: [Receiver] = []
    var others: [CheckedContinuation<Void, Never>] = []

    func run() {
      for receiver in self.receivers { receiver.resume(returning: nil) }
      for other in self.others { other.resume() }
    }
  }

  /// Notes that no more items come, only the first time counts; a half end leaves the other direction open.
  mutating func finish(_ end: End, isHalf: Bool = false) -> Wakeups {
    var wakeups = Wakeups()
    if !isHalf {
      self.canSend = false
      wakeups.others += self.sendWaiters.values
      self.sendWaiters = [:]
    }
    guard self.end == nil else { return wakeups }
    self.end = end
    wakeups.receivers = self.receivers.map(\.continuation)
    wakeups.others += self.closeWaiters.values
    self.receivers = []
    self.closeWaiters = [:]
    return wakeups
  }

  /// Notes that this side closed; says whether the other side has to be told.
  mutating func closeHere() -> (mustTell: Bool, Wakeups) {
    let mustTell = self.canSend && !self.isClosedHere
    self.isClosedHere = true
    return (mustTell, self.finish(.closed))
  }

  /// The error to throw when no item is left.
  mutating func takeError(_ name: String) -> GatewayError {
    switch self.end {
    case .failed(let error) where !self.isErrorTaken:
      self.isErrorTaken = true
      return error
    case .lost(let error): return error
    default: return GatewayError(.endOfChannel, "\(name) is closed, no more items come")
    }
  }

  mutating func waitForEnd(_ id: UInt64, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
    if self.end != nil || self.givenUp.remove(id) != nil { return false }
    self.closeWaiters[id] = continuation
    return true
  }

  mutating func giveUp(waiter id: UInt64) -> CheckedContinuation<Void, Never>? {
    if let waiter = self.closeWaiters.removeValue(forKey: id) { return waiter }
    if let waiter = self.sendWaiters.removeValue(forKey: id) { return waiter }
    self.givenUp.insert(id)
    return nil
  }

  // MARK: - Flow control

  /// Turns flow control on: the other side takes so many bytes before it grants more.
  mutating func startFlowControl(window: Int) { if self.credit == nil { self.credit = window } }

  /// The bytes that this side takes before it grants more.
  private var window: Int? { self.credit == nil ? nil : PeerCapabilities.window }

  /// Whether an item may be sent now.
  var hasCredit: Bool { self.credit.map { $0 > 0 } ?? true }

  mutating func spend(_ bytes: Int) { self.credit = self.credit.map { $0 - bytes } }

  /// Takes a grant; hands out who waits for one.
  mutating func grant(_ bytes: Int) -> [CheckedContinuation<Void, Never>] {
    guard let credit = self.credit else { return [] }
    self.credit = credit + max(0, bytes)
    guard self.hasCredit else { return [] }
    defer { self.sendWaiters = [:] }
    return Array(self.sendWaiters.values)
  }

  /// Lets a sender wait for credit; `false` if it has to look again instead.
  mutating func waitForCredit(
    _ id: UInt64,
    _ continuation: CheckedContinuation<Void, Never>
  ) -> Bool {
    if self.givenUp.remove(id) != nil || self.hasCredit || !self.canSend { return false }
    self.sendWaiters[id] = continuation
    return true
  }

  /// Notes that an item was consumed; hands out the bytes to grant, once they are worth a frame.
  mutating func consume(_ bytes: Int) -> Int? {
    guard let window = self.window else { return nil }
    self.consumed += bytes
    guard self.consumed * 2 >= window, self.end == nil else { return nil }
    defer { self.consumed = 0 }
    return self.consumed
  }
}
