public import ConvokeHosts
public import ConvokeProcess
public import ConvokeSSH

/// Many hosts to do something on, and the connections to them.
///
/// ```swift
/// let report = await Fleet(try HostSet("node[1-64]")).run("make -j4 check", window: 32)
/// print(report.folded)
/// ```
///
/// How each host fares is an outcome in the report; no call throws because of a host.
public struct Fleet: Sendable {
  /// The hosts, in the order of their ranks; a host may occur several times.
  public let hosts: [Host]
  let launcher: any Launcher

  /// Makes a fleet.
  ///
  /// - Parameters:
  ///   - hosts: The hosts, in the order of their ranks; a host may be named several times.
  ///   - connections: The connections to use; by default those the whole program shares.
  public init(_ hosts: some Sequence<Host>, connections: SSHConnections = .shared) {
    self.init(hosts, launcher: connections)
  }

  /// Makes a fleet.
  ///
  /// - Parameters:
  ///   - hosts: The hosts, in the order of their ranks.
  ///   - launcher: What runs commands on them.
  package init(_ hosts: some Sequence<Host>, launcher: any Launcher) {
    self.hosts = Array(hosts)
    self.launcher = launcher
  }

  /// Makes a fleet of other hosts with the same connections.
  ///
  /// - Parameter hosts: The hosts, in the order of their ranks.
  /// - Returns: The fleet.
  public func with(hosts: some Sequence<Host>) -> Fleet {
    Fleet(hosts, launcher: self.launcher)
  }
}

extension Fleet {
  /// Carries out an action and tells what happens while it goes on.
  ///
  /// Cancelling the task ends what runs, with the termination sequence of each command, and starts
  /// nothing more; the report says so and holds all that had arrived.
  ///
  /// - Parameters:
  ///   - action: What to do.
  ///   - options: How to do it.
  ///   - onEvent: Called with each event, several at a time; what is done on the hosts waits for a
  ///     slow one. Output events are told only as ``FleetOptions/outputEvents`` says.
  /// - Returns: One result for every host and command.
  public func perform(
    _ action: FleetAction,
    options: FleetOptions = FleetOptions(),
    onEvent: (@Sendable (FleetEvent) async -> Void)? = nil
  ) async -> FleetReport {
    await FleetEngine(launcher: self.launcher, options: options, listener: onEvent)
      .perform(action, on: self.hosts)
  }

  /// Carries out an action as its events are read.
  ///
  /// - Parameters:
  ///   - action: What to do.
  ///   - options: How to do it.
  /// - Returns: The events; the action begins when they are first iterated over.
  public func events(
    for action: FleetAction,
    options: FleetOptions = FleetOptions()
  ) -> FleetEvents {
    FleetEvents { onEvent in await self.perform(action, options: options, onEvent: onEvent) }
  }

  /// Runs a shell command line on every host.
  ///
  /// - Parameters:
  ///   - line: The command line; `{host}`, `{rank}` and the like are replaced, quoted if needed.
  ///   - values: Lists for placeholders: `{name}` is the value at the rank of the host, modulo count.
  ///   - window: How many hosts are worked on at a time; `nil` leaves it to the options.
  ///   - deadline: How long each attempt may run; `nil` leaves it to the options.
  ///   - options: How to do it.
  /// - Returns: One result for every host.
  public func run(
    _ line: String,
    values: [String: [String]] = [:],
    window: Int? = nil,
    deadline: Duration? = nil,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    let command = Command.shell(line)
    return await self.run(
      command,
      values: values,
      window: window,
      deadline: deadline,
      options: options
    )
  }

  /// Runs a command on every host.
  ///
  /// - Parameters:
  ///   - command: The command; placeholders in its arguments, paths and variables are replaced.
  ///   - values: Lists for placeholders: `{name}` is the value at the rank of the host, modulo count.
  ///   - window: How many hosts are worked on at a time; `nil` leaves it to the options.
  ///   - deadline: How long each attempt may run; `nil` leaves it to the options.
  ///   - options: How to do it.
  /// - Returns: One result for every host.
  public func run(
    _ command: Command,
    values: [String: [String]] = [:],
    window: Int? = nil,
    deadline: Duration? = nil,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    let changed = options.with { options in
      options.window = window ?? options.window
      options.deadline = deadline ?? options.deadline
    }
    return await self.perform(.run(command, values: values), options: changed)
  }

  /// Runs on every host the command made for it.
  ///
  /// - Parameters:
  ///   - options: How to do it.
  ///   - make: Makes the command of a host and its rank.
  /// - Returns: One result for every host.
  public func run(
    options: FleetOptions = FleetOptions(),
    _ make: @escaping @Sendable (Host, Int) throws -> Command
  ) async -> FleetReport {
    await self.perform(.run(make), options: options)
  }

  /// Copies files and directories from here to every host, whole and verified or not at all.
  ///
  /// - Parameters:
  ///   - sources: The paths here; they may hold placeholders.
  ///   - destination: The path on the hosts; see ``FleetCopy/destination``.
  ///   - options: How to do it.
  /// - Returns: One result for every host.
  public func put(
    _ sources: [String],
    to destination: String,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    await self.perform(.put(sources, to: destination), options: options)
  }

  /// Copies files and directories from every host to here, whole and verified or not at all.
  ///
  /// - Parameters:
  ///   - sources: The paths on the hosts; they may hold placeholders.
  ///   - destination: The directory here; each host gets one of its own in it.
  ///   - options: How to do it.
  /// - Returns: One result for every host.
  public func get(
    _ sources: [String],
    to destination: String,
    options: FleetOptions = FleetOptions()
  ) async -> FleetReport {
    await self.perform(.get(sources, to: destination), options: options)
  }
}
