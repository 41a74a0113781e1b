import ConvokeProcess
public import ConvokeWire
import Synchronization

/// One byte stream to one worker, and the channels inside it.
///
/// Get one from ``withGateway(_:options:_:)-(String,_,_)`` or from a ``GatewayGroup``.
public final class Gateway: Sendable {
  /// The identifier, unique in its group.
  public let id: String
  /// The specification it was made from.
  public let spec: GatewaySpec
  /// The limits of what is read from the worker.
  public let limits: WireLimits
  /// What makes senders wait when the worker has no flow control: bytes on their way; `nil` for never.
  public let highWater: Int?

  /// What runs the worker, to end it; `nil` for a socket.
  let worker: (any GatewayWorker)?
  let link: any GatewayLink
  /// What a gateway in the worker's role runs; `nil` for a controller.
  let role: WorkerRole?
  let state = Mutex(State())
  /// The end of the exchange of HELLO: whether the worker answered.
  let hello = Answer<Bool>()
  /// Whether bytes came since the last heartbeat.
  let wasHeard = Atomic(true)
  /// How often the worker is asked whether it is alive.
  let heartbeat: Duration?
  private let decoder: Mutex<FrameDecoder>
  private let outputHandler: (@Sendable (OutputChunk) -> Void)?

  struct State {
    var channels: [Int32: Channel] = [:]
    var nextNumber: Int32 = 1
    var coercion = WireStringCoercion.channel
    var phase = Phase.opening
    var lost: GatewayError?
    var peer: PeerCapabilities?
    var information: WorkerInformation?
    var isExited = false
    /// What runs on a worker, by channel.
    var tasks: [Int32: Task<Void, Never>] = [:]
    var taskWaiters: [Answer<Bool>] = []
    /// Whether this side has said what it knows beyond execnet's protocol.
    var hasSaidHello = false
    var endWaiters: [ObjectIdentifier: Answer<Bool>] = [:]
    var heartbeat: ReactorTimer?
    var attachments: [ObjectIdentifier: any AnyObject & Sendable] = [:]
  }

  enum Phase { case opening, open, ended }

  init(
    id: String,
    spec: GatewaySpec,
    link: any GatewayLink,
    worker: (any GatewayWorker)?,
    options: GatewayOptions,
    role: WorkerRole? = nil
  ) {
    self.role = role
    self.id = id
    self.spec = spec
    self.link = link
    self.worker = worker
    self.limits = options.limits
    self.highWater = options.highWater
    self.heartbeat = options.heartbeat
    self.outputHandler = options.outputHandler
    self.decoder = Mutex(FrameDecoder(limit: options.limits.memory))
    // Each side makes channels of numbers of its own.
    if role != nil { self.state.withLock { $0.nextNumber = 2 } }
  }

  /// Whether the worker can still be heard: execnet's `hasreceiver`.
  public var isConnected: Bool { self.state.withLock { $0.phase == .open } }

  /// Makes a channel that the other side knows once it was sent to it.
  ///
  /// - Returns: The channel.
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/gatewayLost``.
  public func newChannel() throws -> Channel {
    try self.state.withLock { state in
      if let lost = state.lost { throw lost }
      let channel = Channel(state.nextNumber, of: self, coercion: state.coercion)
      state.nextNumber += 2
      state.adopt(channel)
      return channel
    }
  }

  /// The channel that an item names; made if it is new.
  ///
  /// - Parameter reference: What stood for the channel in an item received on this gateway.
  /// - Returns: The channel.
  public func channel(for reference: WireChannelReference) -> Channel {
    self.state.withLock { state in
      if let known = state.channels[reference.number] { return known }
      let channel = Channel(reference.number, of: self, coercion: state.coercion)
      if let lost = state.lost {
        channel.finish(.lost(lost))
      } else {
        state.adopt(channel)
      }
      return channel
    }
  }

  func forget(_ number: Int32) {
    self.state.withLock { _ = $0.channels.removeValue(forKey: number) }
  }
}

extension Gateway.State {
  /// Keeps what the other side knows, and counts from now on what it takes.
  mutating func meet(_ peer: PeerCapabilities) {
    self.peer = peer
    guard let window = peer.window else { return }
    for channel in self.channels.values {
      channel.state.withLock { $0.startFlowControl(window: window) }
    }
  }

  mutating func adopt(_ channel: Channel) {
    if let window = self.peer?.window {
      channel.state.withLock { $0.startFlowControl(window: window) }
    }
    self.channels[channel.number] = channel
  }
}

// MARK: - Frames that arrive

extension Gateway {
  /// Begins to read.
  ///
  /// - Parameter early: What others have read already.
  func start(early: [UInt8] = []) {
    self.state.withLock { $0.phase = .open }
    if !early.isEmpty { self.receive(early[...]) }
    // A controller ends with who holds it, a worker with its link.
    let owner = self.role == nil ? nil : self
    self.link.start(
      receive: { [weak self, owner] bytes in (owner ?? self)?.receive(bytes) },
      end: { [weak self] reason in self?.linkEnded(reason) }
    )
  }

  private func receive(_ bytes: ArraySlice<UInt8>) {
    self.wasHeard.store(true, ordering: .relaxed)
    let (events, failure) = self.decoder.withLock { $0.events(in: bytes) }
    let trace = WireTrace.shared
    for event in events {
      trace?.received(event, by: self.id)
      switch event {
      case .items(let number, let payloads): self.receiver(of: number)?.deliver(payloads)
      case .frame(let frame): self.handle(frame)
      }
    }
    if let failure {
      self.link.close()
      self.linkEnded("the worker broke the protocol: \(failure)")
    }
  }

  // Data for a channel that the other side made may come before the item that names the channel is read.
  private func receiver(of number: Int32) -> Channel? {
    let known = self.state.withLock { $0.channels[number] }
    let isOurs = number % 2 == (self.role == nil ? 1 : 0)
    if known != nil || isOurs { return known }
    return self.channel(for: WireChannelReference(number))
  }

  private func handle(_ frame: Frame) {
    let channel = self.state.withLock { $0.channels[frame.channel] }
    switch frame.code {
    case .channelClose:
      channel?.finish(.closed)
      self.forget(frame.channel)
      self.cancelTask(of: frame.channel)
    case .channelCloseError:
      let text = self.text(of: frame)
      channel?.finish(.failed(self.remoteError(text)))
      self.forget(frame.channel)
      self.cancelTask(of: frame.channel)
    case .channelLastMessage: channel?.finish(.closed, isHalf: true)
    case .channelExecute, .status, .terminate: self.serve(frame)
    case .reconfigure: self.takeReconfiguration(frame)
    case .hello: self.takeHello(frame)
    case .window: channel?.takeGrant(frame.payload)
    case .ping: self.takePing(frame.payload)
    case .pong, .unknownCode: break
    case .output: self.takeOutput(frame)
    default: self.send(.unknownCode, 0, [UInt8(bitPattern: frame.code.rawValue)])
    }
  }

  private func text(of frame: Frame) -> String {
    let value = try? WireSerializer(limits: self.limits).value(from: frame.payload)
    return value?.string ?? value.map { "\($0)" } ?? "an error that cannot be read"
  }

  private func remoteError(_ text: String) -> GatewayError {
    let last = text.split(separator: "\n").last.map(String.init) ?? text
    return GatewayError(
      .remote,
      "the code on gateway \(self.id) failed: \(last)",
      remoteTraceback: text
    )
  }

  private func takeReconfiguration(_ frame: Frame) {
    guard let value = try? WireSerializer(limits: self.limits).value(from: frame.payload),
      case .tuple(let items) = value, case .bool(let python2) = items.first,
      case .bool(let bytes) = items.last
    else { return }
    let coercion = WireStringCoercion(python2String: python2 ? .text : .bytes, isTextBytes: bytes)
    if frame.channel == 0 { return self.state.withLock { $0.coercion = coercion } }
    let channel = self.state.withLock { $0.channels[frame.channel] }
    channel?.state.withLock { $0.coercion = coercion }
  }

  private func takeOutput(_ frame: Frame) {
    guard let value = try? WireSerializer(limits: self.limits).value(from: frame.payload),
      case .tuple(let items) = value, items.count == 2, let number = items[0].int,
      let bytes = items[1].bytes
    else { return }
    self.outputHandler?(OutputChunk(number == 2 ? .stderr : .stdout, bytes))
  }
}

extension Channel {
  func deliver(_ payloads: [ChannelState.Payload]) {
    let ready = self.state.withLock { $0.deliver(payloads[...]) }
    for (receiver, payload) in zip(ready, payloads) { receiver.resume(returning: payload) }
  }

  func takeGrant(_ payload: [UInt8]) {
    guard payload.count == 4 else { return }
    let bytes = payload.reduce(0) { $0 << 8 | Int($1) }
    for waiter in self.state.withLock({ $0.grant(bytes) }) { waiter.resume() }
  }
}

extension FrameDecoder {
  /// What a piece of the stream brings.
  enum Event {
    /// Items of one channel that came one after the other.
    case items(Int32, [ChannelState.Payload])
    /// Any other frame.
    case frame(Frame)
  }

  /// Takes a piece of the stream; hands out what it completes, and what is wrong with the next frame.
  mutating func events(in bytes: ArraySlice<UInt8>) -> ([Event], WireError?) {
    var events: [Event] = []
    var items: [ChannelState.Payload] = []
    var channel: Int32 = 0
    var failure: WireError?
    self.feed(bytes.span)
    do throws(WireError) {
      while let frame = try self.next() {
        let isItem = frame.code == .channelData
        if !items.isEmpty, !isItem || frame.channel != channel {
          events.append(.items(channel, items))
          items = []
        }
        if isItem {
          channel = frame.channel
          items.append(frame.payload)
        } else {
          events.append(.frame(frame))
        }
      }
    } catch {
      failure = error
    }
    if !items.isEmpty { events.append(.items(channel, items)) }
    return (events, failure)
  }
}
