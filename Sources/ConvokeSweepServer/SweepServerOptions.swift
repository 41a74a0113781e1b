public import ConvokeServe
public import Logging

/// Where the page of a sweep is shown, and to whom.
public struct SweepServerOptions: Sendable {
  /// Where to listen: a name or an address, and a port; port 0 takes a free one.
  public var address = "127.0.0.1:0"
  /// What readers have to know; needed where other machines can reach the address.
  public var token: AccessToken?
  /// The title of the page.
  public var title = "sweep"
  /// How often to look for changes, and the least time between two updates of the page.
  public var interval: Duration = .seconds(1)
  /// How many connections there may be at a time; further ones wait.
  public var maxConnections = 256
  /// How long a connection may take for a request, and to receive an answer.
  public var patience: Duration = .seconds(60)
  /// Gets warnings.
  public var logger = Logger(label: "convoke.sweep.server")

  /// Makes the options: those of the comments.
  public init() {}
}
