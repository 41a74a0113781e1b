import ConvokeProcess

/// The client's half of a connection to the control socket of an ssh master in proxy mode.
///
/// First the multiplexing protocol (OpenSSH's PROTOCOL.mux, version 4) asks for proxy mode, then the
/// SSH connection protocol is spoken in clear (RFC 4254). No I/O, no clock: bytes go in, events come
/// out, and ``takeOutgoing()`` hands out what is to be sent.
struct MuxProtocolState {
  /// What happened.
  enum Event: Equatable {
    /// Proxy mode is on: channels may be opened.
    case ready
    /// Something happened to a channel.
    case channel(UInt32, SSHChannelEvent)
  }

  private enum Phase { case greeting, asking, open }

  private var phase = Phase.greeting
  private var splitter = MuxFrameSplitter()
  private var outgoing: [UInt8] = []
  var channels: [UInt32: SSHChannelState] = [:]
  private var nextChannel: UInt32 = 0

  /// Greets and asks for proxy mode in one go.
  init() {
    var hello = SSHWriter()
    hello.number(MuxMessage.hello)
    hello.number(MuxMessage.version)
    self.sendFrame(hello.bytes)
    var proxy = SSHWriter()
    proxy.number(MuxMessage.proxyRequest)
    proxy.number(0)
    self.sendFrame(proxy.bytes)
  }

  /// Hands out the bytes to send.
  mutating func takeOutgoing() -> [UInt8] {
    defer { self.outgoing = [] }
    return self.outgoing
  }

  /// Takes bytes from the master.
  mutating func receive(_ bytes: ArraySlice<UInt8>) throws(SSHProtocolError) -> [Event] {
    self.splitter.append(bytes)
    var events: [Event] = []
    while let frame = try self.splitter.next() {
      switch self.phase {
      case .greeting: try self.receiveHello(frame)
      case .asking:
        try self.receiveProxyAnswer(frame)
        events.append(.ready)
      case .open: events += try self.receivePacket(frame)
      }
    }
    return events
  }

  private mutating func receiveHello(_ frame: ArraySlice<UInt8>) throws(SSHProtocolError) {
    var reader = SSHReader(frame)
    guard try reader.number() == MuxMessage.hello else {
      throw SSHProtocolError(message: "the control socket does not greet as an ssh master does")
    }
    let version = try reader.number()
    guard version == MuxMessage.version else {
      throw SSHProtocolError(message: "the ssh master speaks version \(version), not 4")
    }
    self.phase = .asking
  }

  private mutating func receiveProxyAnswer(_ frame: ArraySlice<UInt8>) throws(SSHProtocolError) {
    var reader = SSHReader(frame)
    guard try reader.number() == MuxMessage.proxyAnswer else {
      throw SSHProtocolError(message: "the ssh master does not serve proxy mode")
    }
    self.phase = .open
  }

  private mutating func sendFrame(_ body: some Collection<UInt8>) {
    var writer = SSHWriter()
    writer.string(body)
    self.outgoing += writer.bytes
  }

  /// Sends a message of the connection protocol: its length, no padding, its type, its fields.
  mutating func send(_ type: SSHMessage, _ fields: (inout SSHWriter) -> Void) {
    var writer = SSHWriter()
    writer.byte(0)
    writer.byte(type.rawValue)
    fields(&writer)
    self.sendFrame(writer.bytes)
  }

  /// Takes the next free number.
  mutating func takeChannelNumber() -> UInt32 {
    defer { self.nextChannel &+= 1 }
    return self.nextChannel
  }
}

/// The numbers of the multiplexing protocol that are used here (PROTOCOL.mux, section 11).
enum MuxMessage {
  static let version: UInt32 = 4
  static let hello: UInt32 = 1
  static let openForward: UInt32 = 0x1000_0006
  static let closeForward: UInt32 = 0x1000_0007
  static let proxyRequest: UInt32 = 0x1000_000f
  static let ok: UInt32 = 0x8000_0001
  static let permissionDenied: UInt32 = 0x8000_0002
  static let failure: UInt32 = 0x8000_0003
  static let remotePort: UInt32 = 0x8000_0007
  static let proxyAnswer: UInt32 = 0x8000_000f
}

/// The message numbers of the connection protocol that are used here (RFC 4254, section 9).
enum SSHMessage: UInt8 {
  case channelOpen = 90
  case channelOpenConfirmation = 91
  case channelOpenFailure = 92
  case channelWindowAdjust = 93
  case channelData = 94
  case channelExtendedData = 95
  case channelEOF = 96
  case channelClose = 97
  case channelRequest = 98
  case channelSuccess = 99
  case channelFailure = 100
}
