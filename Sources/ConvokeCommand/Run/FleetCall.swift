import ArgumentParser
import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH

/// One call of a command that works on many hosts: its options, made ready.
struct FleetCall {
  let configuration: Configuration
  let hosts: [Host]
  let settings: SSHSettings
  /// What keeps the commands on the hosts.
  var worker = FleetWorker.none
  let display: DisplayOptions
  let record: RecordOptions
  let mode: OutputMode
  /// How the action is carried out.
  var options: FleetOptions
  /// What feeds the standard input of the commands, if anything does.
  var input: InputSpool?
  /// What Ctrl-C says when it only ends the reading of jobs; else it ends what runs.
  var detachNote: String?
  /// What runs the commands, if not connections over ssh.
  var launcher: (any Launcher)?

  /// Reads configuration and options.
  init(
    _ targets: TargetOptions,
    _ fanout: FanoutOptions,
    _ connection: ConnectionOptions,
    _ display: DisplayOptions = .init(),
    _ record: RecordOptions = .init(),
    canBeRaw: Bool = false
  ) async throws {
    let configuration = try Configuration()
    try self.init(
      Array(try await Self.hosts(targets, record, configuration)),
      configuration,
      try connection.settings(configuration),
      fanout,
      display,
      record,
      canBeRaw: canBeRaw
    )
    self.worker =
      connection.worker ?? configuration[.worker].flatMap(FleetWorker.init) ?? .none
  }

  /// Takes hosts that are known already.
  init(
    _ hosts: [Host],
    _ configuration: Configuration,
    _ settings: SSHSettings,
    _ fanout: FanoutOptions,
    _ display: DisplayOptions,
    _ record: RecordOptions,
    canBeRaw: Bool
  ) throws {
    self.configuration = configuration
    self.hosts = hosts
    self.settings = settings
    self.display = display
    self.record = record
    self.options = try fanout.fleetOptions(self.configuration)
    self.mode = display.mode(self.configuration, isAlone: canBeRaw && self.hosts.count == 1)
    if [.live, .raw, .json].contains(self.mode) {
      self.options.outputEvents = .chunks
      self.options.keepOutput = OutputOptions.Keep(head: 0, tail: 0)
    }
  }

  /// Whether the messages of this program are left out.
  var isQuiet: Bool { self.display.isQuiet(self.configuration) }

  /// Carries out an action, shows it, and returns the exit status.
  func perform(
    _ action: FleetAction,
    renderer: (any RunRenderer & Sendable)? = nil
  ) async throws -> Int32 {
    var options = self.options
    options.journal = try self.record.save.map { path in
      do {
        return try FleetJournal(path: path)
      } catch {
        throw UsageError("--save: \(error)")
      }
    }
    var settings = self.settings
    // Hosts that are done let go of their connections while others still make theirs.
    settings.idleTimeout = .milliseconds(100)
    let connections = SSHConnections(settings)
    let gateways = GatewayConnections(
      self.worker,
      connections: connections,
      logger: self.isQuiet ? nil : ConsoleLog.logger
    )
    let base: any Launcher = self.launcher ?? gateways
    let launcher: any Launcher = self.input.map { InputLauncher(base, $0) } ?? base
    var session = RunSession(isQuiet: self.isQuiet, isAlone: self.mode == .raw)
    session.detachNote = self.detachNote
    let shown = renderer ?? self.display.renderer(self.mode, self.configuration)
    let (report, reason) = await session.perform(
      action,
      on: Fleet(self.hosts, launcher: launcher),
      options: options,
      renderer: shown
    )
    await gateways.close()
    await connections.close()
    if let failure = options.journal?.failure { Console.shared.note("convoke: --save: \(failure)") }
    if let report, self.record.report || self.record.brief {
      await Console.shared.write(Array(report.table(isBrief: self.record.brief).utf8), to: .errors)
    }
    return ExitStatus.of(report, reason, isAlone: self.mode == .raw)
  }

  private static func hosts(
    _ targets: TargetOptions,
    _ record: RecordOptions,
    _ configuration: Configuration
  ) async throws -> HostSet {
    guard let selection = record.rerun, let path = record.from ?? record.save else {
      return try await targets.resolve(configuration)
    }
    let recorded: HostSet
    do {
      let contents = try FleetJournal.contents(of: path)
      recorded = HostSet(selection == .failed ? contents.failedHosts : contents.succeededHosts)
    } catch {
      throw UsageError("--rerun: \(error)")
    }
    let hosts =
      targets.hosts.isEmpty
      ? recorded : recorded.intersection(try await targets.resolve(configuration))
    guard hosts.isEmpty else { return hosts }
    Console.shared.note("convoke: \(path): no hosts have \(selection.rawValue), nothing to do")
    throw ExitCode(ExitStatus.success)
  }
}

extension ExitStatus {
  /// The status of a run.
  static func of(_ report: FleetReport?, _ reason: Interruption.Reason?, isAlone: Bool) -> Int32 {
    if let reason { return reason.status }
    guard let report else { return ExitStatus.internal }
    if isAlone, let only = report.results.first { return ExitStatus.alone(only.outcome) }
    return report.status.rawValue
  }
}
