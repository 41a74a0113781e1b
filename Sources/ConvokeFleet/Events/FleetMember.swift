public import ConvokeHosts

/// One host's part of an action: every event and every result is about one of these.
public struct FleetMember: Sendable, Hashable {
  /// The host.
  public var host: Host
  /// The position of the host in the action, from 0; it tells apart hosts named several times.
  public var rank: Int
  /// The place of the action in a composed one: `[1, 0]` is the first part of the second part.
  ///
  /// It is empty for an action that is not composed.
  public var step: [Int]

  /// Makes a member.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - rank: The position of the host in the action, from 0.
  ///   - step: The place of the action in a composed one.
  public init(_ host: Host, rank: Int, step: [Int] = []) {
    self.host = host
    self.rank = rank
    self.step = step
  }
}
