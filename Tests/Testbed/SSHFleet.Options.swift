extension SSHFleet {
  /// How a fleet differs from the usual one; see `scripts/sshd-fleet` for what each option means.
  package struct Options: Sendable {
    /// The user to log in as; by default one made for the other options.
    package var user: String?
    /// Whether to log in as a second name of user 0.
    package var isRoot = false
    /// The login shell.
    package var shell: String?
    /// Whether the user's start-up file prints to standard output and standard error.
    package var isNoisy = false
    /// What the names begin with; by default `host-`.
    package var prefix: String?
    /// The port; by default a free one.
    package var port: Int?
    /// How many connections may wait for their login, as sshd's `MaxStartups`: `10:30:100`.
    package var maxStartups: String?
    /// How many sessions a connection may have, as sshd's `MaxSessions`.
    package var maxSessions: Int?
    /// The key exchange that the server offers; `default` for OpenSSH's own list.
    package var keyExchange: String?
    /// The length of the queue of new connections; 0 for OpenSSH's own.
    package var backlog: Int?

    /// Makes the options of the usual fleet.
    package init() {}

    /// Makes options by changing the usual ones.
    package init(_ change: (inout Options) -> Void) { change(&self) }

    var arguments: [String] {
      let values: [(String, String?)] = [
        ("--user", self.user),
        ("--shell", self.shell),
        ("--prefix", self.prefix),
        ("--port", self.port.map(String.init)),
        ("--max-startups", self.maxStartups),
        ("--max-sessions", self.maxSessions.map(String.init)),
        ("--kex", self.keyExchange),
        ("--backlog", self.backlog.map(String.init)),
      ]
      return (self.isRoot ? ["--root"] : []) + (self.isNoisy ? ["--noisy"] : [])
        + values.flatMap { name, value in value.map { [name, $0] } ?? [] }
    }
  }
}
