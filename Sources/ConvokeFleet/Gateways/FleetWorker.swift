/// What keeps the commands of a fleet on its hosts.
///
/// The results are the same. With a worker, deadlines are kept on the host, what a killed command has
/// started is found wherever it went, and resource usage comes back.
public enum FleetWorker: String, Sendable, Hashable, CaseIterable {
  /// A worker in Swift where there is one to send and it runs, else one in Python, else none.
  case automatic = "auto"
  /// A worker in Swift, else none.
  case swift
  /// A worker in Python, else none.
  case python
  /// None: each command is a session of the ssh server, watched over by a few lines of shell.
  case none
}
