import ConvokeProcess

public import struct ConvokeHosts.Host

/// What a journal tells about its run as a whole.
public struct FleetJournalRun: Codable, Sendable, Hashable {
  /// The version of this form; readers refuse a higher one.
  public var version = 1
  /// The name of the action.
  public var name: String
  /// The identifier of the run, which its processes have in their environment.
  public var run: RunID?
  /// When the run began, in seconds since 1970.
  public var started: Double
  /// When it had ended; `nil` if it goes on, or this program was killed.
  public var ended: Double?
  /// How it went.
  public var status: FleetStatus?
  /// How many results have each outcome, by the word for it.
  public var totals: [String: Int]?
  /// Every member of every part, in order.
  public var members: [Member]

  /// One host's part of an action.
  public struct Member: Codable, Sendable, Hashable {
    /// The name of the host.
    public var host: String
    /// The login name, if one was given.
    public var user: String?
    /// The port, if one was given.
    public var port: Int?
    /// Whether the host is this machine.
    public var isLocal: Bool
    /// Options of the ssh configuration for this host alone.
    public var options: [String: String]
    /// The position in its action.
    public var rank: Int
    /// The place of the action in a composed one.
    public var step: [Int]
    /// The folder of the member, relative to the journal.
    public var folder: String

    /// The host.
    public var value: Host {
      Host(
        self.host,
        user: self.user,
        port: self.port,
        transport: self.isLocal ? .local : .ssh,
        options: self.options
      )
    }
  }
}
