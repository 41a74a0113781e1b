public import ConvokeHosts
public import ConvokeProcess

/// Something to do over many hosts; a value that can be carried out any number of times.
///
/// ```swift
/// let test = FleetAction.sequence([
///   .put(["bench"], to: "/tmp/bench"),
///   .parallel([.run("iperf -s -1").on(servers), .run("iperf -c {peer}", values: ["peer": names]).on(clients)]),
/// ])
/// ```
public struct FleetAction: Sendable {
  /// What to do.
  public var kind: Kind
  /// A short name for reports, by default made of what is done.
  public var name: String?
  /// Where to do it; `nil` means the hosts of the fleet, or of the action around this one.
  ///
  /// A host may be named several times: it then gets as many commands, at the same time.
  public var hosts: [Host]?
  /// Lists for placeholders: `{name}` is the value at the rank of the host, modulo the count.
  public var values: [String: [String]]

  /// Makes an action.
  ///
  /// - Parameters:
  ///   - kind: What to do.
  ///   - name: A short name for reports.
  ///   - hosts: Where to do it; `nil` means the hosts of the fleet.
  ///   - values: Lists for placeholders.
  public init(
    _ kind: Kind,
    name: String? = nil,
    hosts: [Host]? = nil,
    values: [String: [String]] = [:]
  ) {
    self.kind = kind
    self.name = name
    self.hosts = hosts
    self.values = values
  }
}

extension FleetAction {
  /// What can be done.
  public indirect enum Kind: Sendable {
    /// A command on every host.
    case run(FleetCommand)
    /// Files from here to every host.
    case put(FleetCopy)
    /// Files from every host to here.
    case get(FleetCopy)
    /// Something about the jobs on every host, or about what runs have left there.
    case job(JobAction)
    /// One part after the other; after a failure the rest is left out, if that was chosen.
    case sequence([FleetAction], stopsOnFailure: Bool)
    /// All parts at the same time, each with a window of its own.
    case parallel([FleetAction])
  }

  /// Runs a shell command line on every host.
  ///
  /// - Parameters:
  ///   - line: The command line; values are inserted quoted where they need it.
  ///   - values: Lists for placeholders.
  /// - Returns: The action.
  public static func run(_ line: String, values: [String: [String]] = [:]) -> FleetAction {
    .run(Command.shell(line), values: values)
  }

  /// Runs a command on every host.
  ///
  /// - Parameters:
  ///   - command: The command; placeholders in its arguments, paths and variables are replaced.
  ///   - values: Lists for placeholders.
  /// - Returns: The action.
  public static func run(_ command: Command, values: [String: [String]] = [:]) -> FleetAction {
    FleetAction(.run(.template(command)), values: values)
  }

  /// Runs a command made for each host.
  ///
  /// - Parameter make: Makes the command of a host and its rank; if it throws, the host is not
  ///   started and its outcome tells the error.
  /// - Returns: The action.
  public static func run(_ make: @escaping @Sendable (Host, Int) throws -> Command) -> FleetAction {
    FleetAction(.run(.each(make)))
  }

  /// Copies files and directories from here to every host.
  ///
  /// - Parameters:
  ///   - sources: The paths here.
  ///   - destination: The path on the hosts, relative to the home directory if it is relative.
  ///   - values: Lists for placeholders.
  /// - Returns: The action.
  public static func put(
    _ sources: [String],
    to destination: String,
    values: [String: [String]] = [:]
  ) -> FleetAction {
    FleetAction(.put(FleetCopy(sources, to: destination)), values: values)
  }

  /// Copies files and directories from every host to here, by default into `DESTINATION/HOST/`.
  ///
  /// - Parameters:
  ///   - sources: The paths on the hosts.
  ///   - destination: The path here; missing directories are made.
  ///   - hasHostDirectories: Whether each host gets a directory of its own in the destination.
  ///   - values: Lists for placeholders.
  /// - Returns: The action.
  public static func get(
    _ sources: [String],
    to destination: String,
    hasHostDirectories: Bool = true,
    values: [String: [String]] = [:]
  ) -> FleetAction {
    let copy = FleetCopy(sources, to: destination, hasHostDirectories: hasHostDirectories)
    return FleetAction(.get(copy), values: values)
  }

  /// Carries out parts one after the other.
  ///
  /// - Parameters:
  ///   - parts: The parts, in order.
  ///   - stopsOnFailure: Whether a part that fails anywhere keeps the later ones from starting.
  /// - Returns: The action.
  public static func sequence(_ parts: [FleetAction], stopsOnFailure: Bool = true) -> FleetAction {
    FleetAction(.sequence(parts, stopsOnFailure: stopsOnFailure))
  }

  /// Carries out parts at the same time.
  ///
  /// - Parameter parts: The parts.
  /// - Returns: The action.
  public static func parallel(_ parts: [FleetAction]) -> FleetAction {
    FleetAction(.parallel(parts))
  }

  /// The same action on other hosts.
  ///
  /// - Parameter hosts: The hosts, in the order of their ranks.
  /// - Returns: The changed action.
  public func on(_ hosts: some Sequence<Host>) -> FleetAction {
    var copy = self
    copy.hosts = Array(hosts)
    return copy
  }

  /// The same action under another name.
  ///
  /// - Parameter name: The name for reports.
  /// - Returns: The changed action.
  public func named(_ name: String) -> FleetAction {
    var copy = self
    copy.name = name
    return copy
  }
}
