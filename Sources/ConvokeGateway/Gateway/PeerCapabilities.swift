import ConvokeWire

/// What the other side has said in its HELLO that it knows beyond execnet's protocol.
struct PeerCapabilities: Sendable {
  /// The version of the extensions: 1.
  static let version = 1
  /// The oldest version that this side still talks with: the one before.
  static let oldest = max(1, Self.version - 1)
  /// The bytes of items that this side takes on a channel before it grants more.
  static let window = 4 << 20

  /// The bytes of items that the other side takes on a channel before it grants more.
  var window: Int?
  /// Whether the other side answers PING.
  var hasHeartbeat: Bool
  /// Whether the other side sends its standard output and error.
  var hasOutput: Bool

  /// The version that the other side speaks.
  var version: Int
  /// The oldest version that the other side still talks with.
  var oldest: Int
  /// How often this side will be asked for a sign of life.
  var heartbeat: Duration?

  /// What this side says.
  static func hello(heartbeat: Duration?) -> WireValue {
    var pairs: [WireValue.Pair] = [
      .init(.string("version"), .int(self.version)),
      .init(.string("oldest"), .int(self.oldest)),
      .init(
        .string("capabilities"),
        .list([.string("window"), .string("heartbeat"), .string("output")])
      ),
      .init(.string("window"), .int(self.window)),
    ]
    if let heartbeat {
      pairs.append(.init(.string("heartbeat"), .float(heartbeat / .seconds(1))))
    }
    return .dictionary(pairs)
  }

  /// Reads what the other side says; `nil` if it makes no sense.
  init?(_ value: WireValue) {
    guard let pairs = value.pairs else { return nil }
    let entries = Dictionary(
      pairs.compactMap { pair in pair.key.string.map { ($0, pair.value) } },
      uniquingKeysWith: { $1 }
    )
    let names = Set((entries["capabilities"]?.elements ?? []).compactMap(\.string))
    let window = entries["window"]?.int ?? 0
    self.window = names.contains("window") && window > 0 ? window : nil
    self.hasHeartbeat = names.contains("heartbeat")
    self.hasOutput = names.contains("output")
    self.version = entries["version"]?.int ?? 1
    self.oldest = entries["oldest"]?.int ?? self.version
    if case .float(let period)? = entries["heartbeat"], period > 0 {
      self.heartbeat = .seconds(period)
    }
  }

  /// Why the two sides cannot talk, in one sentence; `nil` if they can.
  var objection: String? {
    if self.version < Self.oldest {
      return "the worker speaks version \(self.version) of the protocol, this side "
        + "\(Self.oldest) to \(Self.version): send it a newer worker, or use an older convoke"
    }
    if self.oldest > Self.version {
      return "the worker speaks version \(self.oldest) to \(self.version) of the protocol, this "
        + "side \(Self.version): use a newer convoke, or send it an older worker"
    }
    return nil
  }
}
