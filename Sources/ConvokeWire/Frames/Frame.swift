/// One message of a gateway: a code, the number of a channel, and bytes.
public struct Frame: Sendable, Hashable {
  /// What the frame is for.
  public var code: MessageCode
  /// The channel it is about, or 0 for the gateway itself.
  public var channel: Int32
  /// What it carries: for most codes one serialized value.
  public var payload: [UInt8]

  /// The length of what comes before the payload.
  public static let headerLength = 9

  /// Makes a frame.
  ///
  /// - Parameters:
  ///   - code: What the frame is for.
  ///   - channel: The channel it is about, or 0 for the gateway itself.
  ///   - payload: What it carries.
  public init(_ code: MessageCode, channel: Int32 = 0, payload: [UInt8] = []) {
    self.code = code
    self.channel = channel
    self.payload = payload
  }
}
