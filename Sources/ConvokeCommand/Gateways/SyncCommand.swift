import ArgumentParser
import ConvokeGateway
import ConvokeProcess
import ConvokeSSH
import ConvokeServices
import Glibc

/// `convoke sync`: a directory from here to every worker, read once.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Makes a directory on every worker like the one here, reading it once.",
    discussion: """
      The contents of the source go into the destination, which is made if it does not exist. Files \
      of equal size and time are not sent; all others are verified by their SHA-256 and take the \
      place of old ones only when they are whole. The workers need Python, 2.7 or \
      later, or Node.

      EXAMPLES
        convoke sync site -w 'node[1-64]' /srv/site
        convoke sync --delete --exclude '*.o' --exclude .git/ . -w ssh=node1 /tmp/build

      EXIT STATUS
        As for convoke run: 1 if something could not be copied, 3 if a worker was not reached or lost.
      """
  )

  @OptionGroup(title: "Workers") var targets: GatewayTargetOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Flag(help: "Delete what is not in the source, once all else has succeeded.")
  var delete = false

  @Option(
    help: ArgumentHelp(
      """
      Leave out what matches a pattern, by name, or by path if it has a slash; with one at its end, \
      directories alone; repeatable. It is not deleted either.
      """,
      valueName: "glob"
    )
  )
  var exclude: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many workers to start at a time. (default: 64)", valueName: "number"),
    transform: Checked.positive
  )
  var fanout: Int?

  @Flag(name: .shortAndLong, help: "Name each file that is sent.")
  var verbose = false

  @Flag(help: "Write events as JSON Lines on standard output.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show neither progress nor the summary, only failures.")
  var quiet = false

  @Argument(help: "The directory here.", completion: .directory)
  var source: String

  @Argument(help: "The directory there; a relative path starts at the directory of the worker.")
  var destination: String

  /// Copies the directory and leaves with the status.
  func run() async throws {
    let configuration = try Configuration()
    let settings = try self.connection.settings(configuration)
    let members = try await self.targets.resolve(configuration, settings)
    let display = SyncDisplay(isQuiet: self.quiet, isVerbose: self.verbose, isJSON: self.json)
    let interruption = Interruption()
    let watch = SignalWatch(tracker: RunTracker(), interruption: interruption, console: .shared)
    interruption.watch(.shared)
    var options = GatewayOptions()
    options.openTimeout = settings.connectTimeout
    let group = GatewayGroup(options: options)
    let window = self.fanout ?? configuration.number(.fanout) ?? 64
    let result = await withTaskGroup(of: Result<Int32, any Error>?.self) { tasks in
      tasks.addTask {
        do {
          return .success(try await self.copy(members, group, window, display))
        } catch {
          return .failure(error)
        }
      }
      tasks.addTask {
        await interruption.wait()
        return nil
      }
      var result: Result<Int32, any Error>?
      for await ended in tasks {
        result = ended ?? result
        tasks.cancelAll()
      }
      return result
    }
    await group.terminate(within: options.closeTimeout)
    watch.stop()
    display.clear()
    if let reason = interruption.reason { throw ExitCode(reason.status) }
    throw ExitCode(try result?.get() ?? ExitStatus.internal)
  }

  private func copy(
    _ members: [GatewayMember],
    _ group: GatewayGroup,
    _ window: Int,
    _ display: SyncDisplay
  ) async throws -> Int32 {
    var options = SyncOptions()
    if !self.exclude.isEmpty { options.filter = SyncOptions.excluding(self.exclude) }
    options.onEvent = { display.note($0) }
    var sync = DirectorySync(self.source, options: options)
    var status = ExitStatus.success
    let opened = await group.open(all: members.map(\.spec), window: window)
    try Task.checkCancellation()
    for (member, result) in zip(members, opened) {
      switch result {
      case .success(let gateway):
        sync.addTarget(gateway, self.destination, deletes: self.delete)
      case .failure(let error):
        await display.showLost(member.label, error)
        status = max(status, Self.status(of: error))
      }
    }
    do {
      let report = try await sync.run(requiresTargets: false)
      await display.show(report)
      for outcome in report.outcomes {
        status = max(status, outcome.error.map(Self.status) ?? (outcome.isOK ? 0 : 1))
      }
      return report.isOK ? status : max(status, ExitStatus.failed)
    } catch let error as SyncError {
      await Console.shared.print("convoke: \(error)", to: .errors)
      return max(status, error.code == .badSource ? ExitStatus.usage : ExitStatus.failed)
    }
  }

  private static func status(of error: any Error) -> Int32 {
    switch (error as? GatewayError)?.code {
    case .hostNotFound, .gatewayLost: ExitStatus.unreachable
    case .timedOut: ExitStatus.unreachable
    case .badSpecification: ExitStatus.usage
    default: ExitStatus.failed
    }
  }
}
