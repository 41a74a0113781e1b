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
  let state = Mutex(State())
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
    var endWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0
    var lastHeard = ContinuousClock.now
    var heartbeat: ReactorTimer?
    var helloWaiter: CheckedContinuation<Void, Never>?
  }

  enum Phase { case opening, open, ended }

  init(
    id: String,
    spec: GatewaySpec,
    link: any GatewayLink,
    worker: (any GatewayWorker)?,
    options: GatewayOptions
  ) {
    self.id = id
    self.spec = spec
    self.link = link
    self.worker = worker
    self.limits = options.limits
    self.highWater = options.highWater
    self.outputHandler = options.outputHandler
    self.decoder = Mutex(FrameDecoder(limit: options.limits.memory))
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
  mutating func adopt(_ channel: Channel) {
    if let window = self.peer?.window {
      channel.state.withLock { $0.startFlowControl(window: window) }
    }
    self.channels[channel.number] = channel
  }
}

// MARK: - Frames that arrive

extension Gateway {
  func start() {
    self.state.withLock { $0.phase = .open }
    self.link.start(
      receive: { [weak self] bytes in self?.receive(bytes) },
      end: { [weak self] reason in self?.linkEnded(reason) }
    )
  }

  private func receive(_ bytes: ArraySlice<UInt8>) {
    let (frames, failure) = self.decoder.withLock { $0.frames(in: bytes) }
    self.state.withLock { $0.lastHeard = .now }
    var last: Channel?
    let trace = WireTrace.shared
    for frame in frames {
      trace?.received(frame, by: self.id)
      if frame.code == .channelData {
        if last?.number != frame.channel { last = self.receiver(of: frame.channel) }
        last?.deliver(frame.payload)
      } else {
        self.handle(frame)
        last = nil
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
    if known != nil || number % 2 != 0 { return known }
    return self.channel(for: WireChannelReference(number))
  }

  private func handle(_ frame: Frame) {
    let channel = self.state.withLock { $0.channels[frame.channel] }
    switch frame.code {
    case .channelClose:
      channel?.finish(.closed)
      self.forget(frame.channel)
    case .channelCloseError:
      let text = self.text(of: frame)
      channel?.finish(.failed(self.remoteError(text)))
      self.forget(frame.channel)
    case .channelLastMessage: channel?.finish(.closed, isHalf: true)
    case .channelExecute:
      self.sendClose(frame.channel, error: "execution disallowed")
    case .reconfigure: self.takeReconfiguration(frame)
    case .hello: self.takeHello(frame)
    case .window: channel?.takeGrant(frame.payload)
    case .ping: self.send(.pong, 0, frame.payload)
    case .pong, .terminate, .unknownCode: break
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
    if frame.channel == 0 { self.state.withLock { $0.coercion = coercion } }
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
  func deliver(_ payload: ChannelState.Payload) {
    let receiver = self.state.withLock { $0.deliver(payload) }
    receiver?.resume(returning: payload)
  }

  func takeGrant(_ payload: [UInt8]) {
    let bytes = payload.reduce(0) { $0 << 8 | Int($1) }
    for waiter in self.state.withLock({ $0.grant(bytes) }) { waiter.resume() }
  }
}

extension FrameDecoder {
  /// Takes a piece of the stream; hands out the frames it completes, and what is wrong with the next one.
  mutating func frames(in bytes: ArraySlice<UInt8>) -> ([Frame], WireError?) {
    var frames: [Frame] = []
    self.feed(bytes.span)
    do throws(WireError) {
      while let frame = try self.next() { frames.append(frame) }
      return (frames, nil)
    } catch {
      return (frames, error)
    }
  }
}
