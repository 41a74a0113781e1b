public import Logging

/// What a server listens on, whom it lets in and what it runs for them.
public struct ServeOptions: Sendable {
  /// Where to listen: a name or an address, and a port; port 0 takes a free one.
  ///
  /// `:8888` means all addresses of the machine, `[::1]:8888` one of IPv6.
  public var address = "127.0.0.1:8888"
  /// The interpreter of the workers: a name looked up in `PATH`, or a path.
  public var python = "python3"
  /// The program of workers in Swift, by its path, to be run instead of an interpreter; `nil` for none.
  public var swift: String?
  /// Whether the server ends after the first connection that it served.
  public var isOnce = false
  /// How many workers may run at the same time; further clients are sent away.
  public var maxClients = 64
  /// How long a connection may carry no byte in either direction; `nil` for ever.
  public var idleTimeout: Duration?
  /// How long a client may take to say what it wants.
  public var openTimeout: Duration = .seconds(30)
  /// The files of mutual TLS; `nil` for none.
  public var tls: TLSFiles?
  /// What clients have to know; `nil` asks for nothing.
  public var token: AccessToken?
  /// Whether clients that show nothing are let in although TLS or a token is set, or although other
  /// machines can reach the server: everybody who reaches it can run programs here.
  public var isInsecure = false
  /// Gets a message for each connection.
  public var logger = Logger(label: "convoke.serve")

  /// Makes the options: those of the comments.
  public init() {}
}
