import ArgumentParser
import ConvokeFleet
import ConvokeHosts
import ConvokeSSH
import ConvokeSweep
import Foundation

/// `convoke sweep run`: executes what waits.
struct SweepRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Executes every combination that is not done yet.",
    discussion: """
      In the command, {size} stands for the value of the parameter size; {host}, {hosts}, {slug}, {key}, \
      {attempt} and {repetition} are there, too. A single word is a line for a shell, in which values are \
      quoted; several words are a program and its arguments. CONVOKE_COMBINATION holds all parameters as \
      JSON.

      A combination is executed at least once and recorded as done exactly once. What is killed, this \
      program included, is executed again; nothing has to be unlocked. Several processes may run the same \
      sweep at the same time.

      EXAMPLES
        convoke sweep run -- ./bench --size {size} --mode {mode}
        convoke sweep run --results 'regex:time: (?<time>[0-9.]+)' -- ./bench {size}
        convoke sweep run -w 'node[1-8]' -j 2 --retries exit=1,timeout=1 -t 10m
        convoke sweep run -w 'node[1-8]' --worker auto -- ./bench {size}
        convoke sweep run -w 'ssh=node1//chdir=/tmp' -w 'popen//python=pypy3' -- ./bench {size}
        convoke sweep run --repetitions 5 --warmup 1 --results json -- ./bench {size}
      """
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions
  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Execution") var execution: SweepExecutionOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Flag(help: "Go on with results that are there already; an error if there are none.")
  var resume = false

  @Flag(help: "Show what would be executed, and execute nothing.")
  var dryRun = false

  @Flag(help: "Write events as JSON Lines on standard output; see docs/sweeps.md.")
  var json = false

  @Flag(name: .shortAndLong, help: "Do not tell failures, show no progress.")
  var quiet = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp(
      "The command, after --. (default: that of the file)",
      valueName: "command"
    )
  )
  var words: [String] = []

  /// Executes the combinations and leaves with the status.
  func run() async throws {
    let configuration = try Configuration()
    let definition = try self.sweep.definition()
    let section = definition?.run ?? SweepRunSection()
    let places = try await SweepPlaces(self.targets, section.hosts, configuration)
    let options = try self.execution.runOptions(self.words, section, places.hosts)
    if self.resume, !FileManager.default.fileExists(atPath: self.sweep.folder) {
      throw UsageError("there is nothing to resume in \(self.sweep.folder)")
    }
    if let definition { try await self.check(definition, section, options) }
    if self.dryRun { return try await self.showPlan(definition, options) }
    let store = try self.sweep.open()
    if let definition { try await self.follow(definition, store) }
    try self.execution.arrange(store, section)
    let session = SweepSession(
      display: SweepDisplay(isJSON: self.json, isQuiet: self.quiet),
      showsProgress: !self.quiet
    )
    let connections = SSHConnections(try self.connection.settings(configuration))
    let gateways = GatewayConnections(
      self.connection.worker ?? configuration[.worker].flatMap(FleetWorker.init) ?? .none,
      specs: places.specs,
      connections: connections,
      logger: self.quiet ? nil : ConsoleLog.logger
    )
    let status: Int32
    do {
      status = try await session.perform(store, options, gateways)
    } catch {
      await gateways.close()
      await connections.close()
      throw error
    }
    await gateways.close()
    await connections.close()
    try? store.close()
    throw ExitCode(status)
  }

  // Names that are no parameters: nothing could be ordered by them, and in the command they may be meant.
  private func check(
    _ definition: SweepFile,
    _ section: SweepRunSection,
    _ options: SweepRunOptions
  ) async throws {
    let check = SweepNameCheck(definition.names)
    if let order = self.execution.order ?? section.order { try check.checkOrder(order) }
    guard !self.quiet else { return }
    for note in check.notes(options.program) {
      await Console.shared.print("convoke: \(note)", to: .errors)
    }
  }

  private func follow(_ definition: SweepFile, _ store: SweepStore) async throws {
    let old = try store.definition()
    if old == definition.text { return }
    let change = try store.update(
      to: try definition.sweep.combinations(),
      text: definition.text
    )
    guard old != nil, !self.quiet, change.added + change.removed > 0 else { return }
    await Console.shared.print("convoke: the sweep has changed: \(change)", to: .errors)
  }

  private func showPlan(_ definition: SweepFile?, _ options: SweepRunOptions) async throws {
    var done: Set<Combination> = []
    if FileManager.default.fileExists(atPath: "\(self.sweep.folder)/\(SweepStore.fileName)") {
      try self.sweep.look().forEach { record in
        if record.state != .todo { done.insert(record.combination) }
      }
    }
    guard let definition else { return }
    var combinations = try definition.sweep.combinations().makeIterator()
    var count = 0
    while let combination = try combinations.next() {
      guard done.insert(combination).inserted else { continue }
      count += 1
      await Console.shared.print("\(combination)")
    }
    let hosts = HostSet(options.hosts).folded
    await Console.shared.print("# \(count) to execute on \(hosts): \(options.program)")
  }
}
