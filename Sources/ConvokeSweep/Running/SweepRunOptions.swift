public import ConvokeFleet
public import ConvokeHosts

/// How the combinations of a sweep are executed.
public struct SweepRunOptions: Sendable {
  /// The command for a combination.
  public var program: SweepProgram
  /// Where its result is found.
  public var results = ResultSource.none
  /// The hosts to execute on; a host with the local transport is this machine.
  public var hosts: [Host]
  /// How many combinations a host, or a group of hosts, executes at a time.
  public var slots = 1
  /// How many hosts a combination takes; the command runs on the first, `{hosts}` names all.
  public var hostsPerCombination = 1
  /// A line for a shell that is run once on each host before its first combination.
  public var setup: String?
  /// A line for a shell that is run once at the end on each host where the set-up succeeded.
  public var teardown: String?
  /// How long the command may run, each time.
  public var timeout: Duration?
  /// What is tried again and how often, on another host if there is one; delays do not count.
  public var retries = RetryPolicy(3, on: [.connect, .lost])
  /// When to give up the rest.
  public var stopRule: StopRule?
  /// How often the command is run before it counts.
  public var warmups = 0
  /// How often the command is run, on the same host; the result then has medians.
  public var repetitions = 1
  /// Whether to go on until no other process has combinations of this sweep, which it might give back.
  public var waitsForOthers = true
  /// Changes to the environment of the command; a value may have names in braces.
  public var environment: [String: String] = [:]
  /// The folder to run in; `nil` is this program's own here, and the home directory elsewhere.
  public var directory: String?
  /// The program that executes, with its version, for the record; `nil` is the name of this process.
  public var tool: String?

  /// Makes the usual options: this machine, as many at a time as it has processors.
  ///
  /// - Parameters:
  ///   - program: The command for a combination.
  ///   - hosts: The hosts to execute on.
  public init(_ program: SweepProgram, hosts: [Host]) {
    self.program = program
    self.hosts = hosts
  }
}
