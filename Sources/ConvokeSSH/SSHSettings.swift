public import ConvokeHosts

/// How to reach hosts over ssh.
///
/// Everything not set here is left to the user's ssh configuration (ssh_config(5)).
public struct SSHSettings: Sendable {
  /// The OpenSSH client: a name looked up in `PATH`, or a path.
  public var executable = "ssh"
  /// The configuration file to use instead of the user's, as `ssh -F` takes it.
  public var configFile: String?
  /// Options of ssh_config(5) for all hosts, in order, such as `("IdentitiesOnly", "yes")`.
  public var options: [(name: String, value: String)] = []
  /// The login name for hosts that have none of their own.
  public var user: String?
  /// The port for hosts that have none of their own.
  public var port: Int?
  /// The private key to log in with, as `ssh -i` takes it.
  public var identityFile: String?
  /// How long a host may take to answer and to let us in; 20 seconds.
  public var connectTimeout: Duration = .seconds(20)
  /// How long connections that a busy server drops are tried again; one minute.
  public var retryTimeout: Duration = .seconds(60)
  /// How often a silent server is asked whether it is there; 5 seconds.
  public var keepAlive: Duration = .seconds(5)
  /// After how many questions without an answer the link counts as lost; 3.
  public var keepAliveCount = 3
  /// Whether ssh must not ask for passwords and passphrases; true.
  public var isBatch = true
  /// Whether host keys are neither checked nor remembered: only for throw-away testbeds.
  public var isTestbed = false
  /// How long idle connections stay open after this program, so that its next run finds them.
  ///
  /// `nil`, the default, leaves nothing behind.
  public var persist: Duration?
  /// How long a connection stays open after its last command; `nil`, the default, until ``SSHConnections/close()``.
  ///
  /// A forwarded port does not keep the connection open.
  public var idleTimeout: Duration?
  /// How commands share the connection of their host.
  public var multiplexing = Multiplexing.proxy
  /// How many logins may be under way at once at first; fewer when servers drop connections.
  public var connectWindow = 32
  /// Names the host to connect to in place of another one, if it is another one.
  public var addressRewrite: (@Sendable (Host) -> Host)?

  /// Makes the default settings.
  public init() {}

  /// How commands share the connection of their host.
  public enum Multiplexing: String, Sendable, Hashable, CaseIterable {
    /// All commands of a host share one ssh process.
    case proxy
    /// Each command has an ssh process of its own: slower, with the same results.
    case off
  }
}
