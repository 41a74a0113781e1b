extension Failure {
  /// The kinds of failure a caller may want to tell apart.
  ///
  /// The raw value is the name used in JSON output.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    /// The name of the host is not known.
    case nameNotKnown = "name-not-known"
    /// Nothing listens on the port of the host.
    case connectionRefused = "connection-refused"
    /// There is no route to the host.
    case noRoute = "no-route"
    /// The host did not answer in time.
    case connectTimedOut = "connect-timed-out"
    /// The key of the host is not the known one.
    case hostKeyChanged = "host-key-changed"
    /// The key of the host is not known.
    case hostKeyUnknown = "host-key-unknown"
    /// The host did not accept the user.
    case authentication = "authentication"
    /// The server ended the connection before the login, as it does when too many come at once.
    case connectionDropped = "connection-dropped"
    /// The ssh program itself failed, for instance on a bad option.
    case sshFailed = "ssh-failed"
    /// The server accepts the login but opens no session.
    case sessionRefused = "session-refused"
    /// The program does not exist on the host.
    case commandNotFound = "command-not-found"
    /// The program may not be executed.
    case permissionDenied = "permission-denied"
    /// The working directory does not exist or may not be entered.
    case directoryNotUsable = "directory-not-usable"
    /// A process could not be started, for instance because a system limit is reached.
    case spawnFailed = "spawn-failed"
    /// The link to the host was lost while the command ran.
    case lost = "lost"
    /// A file could not be copied whole.
    case copyFailed = "copy-failed"
    /// The host has a job of that name already.
    case jobExists = "job-exists"
    /// The host has no such job.
    case jobMissing = "job-missing"
    /// The job has ended, or still runs, and the action is only for one that does not.
    case jobState = "job-state"
    /// The job has no outcome and nobody watches over it any more.
    case jobLost = "job-lost"
    /// The folder of the jobs on the host cannot be used, or one of its jobs cannot.
    case jobsNotUsable = "jobs-not-usable"

    /// The general advice for this kind.
    public var remedy: String {
      switch self {
      case .nameNotKnown: "check the spelling, /etc/hosts, DNS and your ssh configuration"
      case .connectionRefused: "check that sshd runs there and that the port is right"
      case .noRoute: "check the network, the address and the firewall between here and there"
      case .connectTimedOut:
        "check that the host is up and no firewall drops packets, or raise the connect timeout"
      case .hostKeyChanged:
        "if the host was reinstalled, remove its old key with ssh-keygen -R; otherwise somebody may be listening"
      case .hostKeyUnknown:
        "log in once with ssh to accept the key, or add it to known_hosts; on a throw-away testbed use --testbed"
      case .authentication: "check the user name, the key and the agent with: ssh -v HOST true"
      case .connectionDropped:
        "the server limits new connections (MaxStartups); lower the fan-out or try again"
      case .sshFailed: "run the printed ssh command by hand with -v"
      case .sessionRefused: "the server limits sessions (MaxSessions) or forbids them for this user"
      case .commandNotFound:
        "check the spelling and the PATH of a non-interactive login on the host"
      case .permissionDenied:
        "check the mode and the owner of the program, and mount options such as noexec"
      case .directoryNotUsable: "check that the directory exists there and may be entered"
      case .spawnFailed: "check the limits on processes and open files (ulimit -u, ulimit -n)"
      case .lost: "check the network and the host; the watchdog ends what was left running there"
      case .jobExists:
        "take another name; or fetch it with convoke wait, or remove it with convoke jobs --prune"
      case .jobMissing: "convoke jobs shows those that there are"
      case .jobState: "convoke jobs shows how it fares"
      case .jobLost:
        "convoke logs shows its output, convoke reap ends what runs, convoke jobs --prune removes it"
      case .jobsNotUsable: "check free space and permissions of that folder on the host"
      case .copyFailed: "check free space and permissions at the target; the old file is unchanged"
      }
    }
  }
}
