/// What a frame is for.
///
/// A code that nobody has named is a value as any other: it is to be answered, and is never fatal.
/// Codes 8 to 12 belong to execnet 3.0; Convoke's own start at 64 and are sent only after both ends
/// have announced that they know them.
public struct MessageCode: RawRepresentable, Sendable, Hashable {
  /// The byte on the wire, which is signed.
  public var rawValue: Int8

  /// Makes a code of any value.
  ///
  /// - Parameter rawValue: The byte on the wire.
  public init(rawValue: Int8) {
    self.rawValue = rawValue
  }

  /// Asks for the state of the worker, to be answered on a channel.
  public static let status = MessageCode(rawValue: 0)
  /// Sets what strings become, for a channel or for all new ones.
  public static let reconfigure = MessageCode(rawValue: 1)
  /// Ends the gateway.
  public static let terminate = MessageCode(rawValue: 2)
  /// Runs a program that talks over a channel.
  public static let channelExecute = MessageCode(rawValue: 3)
  /// Carries one value over a channel.
  public static let channelData = MessageCode(rawValue: 4)
  /// Closes a channel in both directions.
  public static let channelClose = MessageCode(rawValue: 5)
  /// Closes a channel because of an error, whose text it carries.
  public static let channelCloseError = MessageCode(rawValue: 6)
  /// Says that the sender sends no more over a channel.
  public static let channelLastMessage = MessageCode(rawValue: 7)
  /// Starts a socket server; of execnet 3.0.
  public static let gatewayStartSocket = MessageCode(rawValue: 8)
  /// Starts a gateway behind this one; of execnet 3.0.
  public static let gatewayStartSub = MessageCode(rawValue: 9)
  /// Asks for facts about the worker; of execnet 3.0.
  public static let gatewayInfo = MessageCode(rawValue: 10)
  /// Shakes hands; of execnet 3.0.
  public static let gatewayConfig = MessageCode(rawValue: 11)
  /// Asks for a named service; of execnet 3.0.
  public static let gatewayService = MessageCode(rawValue: 12)

  /// The first code of Convoke's own.
  public static let firstExtension = MessageCode(rawValue: 64)

  /// Whether the code is one that genuine execnet 2 knows.
  public var isClassic: Bool { 0...7 ~= self.rawValue }

  /// Whether the code is kept for extensions that both ends announce first.
  public var isExtension: Bool { self.rawValue >= Self.firstExtension.rawValue }
}

extension MessageCode: CustomStringConvertible {
  private static let names = [
    "STATUS", "RECONFIGURE", "GATEWAY_TERMINATE", "CHANNEL_EXEC", "CHANNEL_DATA", "CHANNEL_CLOSE",
    "CHANNEL_CLOSE_ERROR", "CHANNEL_LAST_MESSAGE", "GATEWAY_START_SOCKET", "GATEWAY_START_SUB",
    "GATEWAY_INFO", "GATEWAY_CONFIG", "GATEWAY_SERVICE",
  ]

  /// The name that execnet gives the code, or its number.
  public var description: String {
    let index = Int(self.rawValue)
    return Self.names.indices.contains(index) ? Self.names[index] : "code \(index)"
  }
}
