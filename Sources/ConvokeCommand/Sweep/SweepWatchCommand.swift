import ArgumentParser
import ConvokeServe
import ConvokeSweep
import ConvokeSweepServer
import Logging

/// `convoke sweep watch`: how far it is, until it is over, or on a page for browsers.
struct SweepWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Shows how far the sweep is, again and again, until nothing waits or runs.",
    discussion: """
      With --serve it shows the page of 'convoke sweep report' to browsers instead, up to date without \
      being loaded again, until Ctrl-C. Nothing can be changed through it.

      EXAMPLES
        convoke sweep watch
        convoke sweep watch --serve 8080                            http://127.0.0.1:8080/, for this machine
        convoke sweep watch --serve :8080 --token-file token        for others who know the token
        curl -N -H "Authorization: Bearer $(cat token)" http://node1:8080/events
      """
  )

  @OptionGroup(title: "Sweep") var sweep: SweepFileOptions

  @Option(
    help: ArgumentHelp("How often to look. (default: 1s)", valueName: "duration")
  )
  var every: DurationArgument?

  @Flag(help: "Write a JSON object at each change.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Show a page to browsers here; port 0 takes a free one, a port alone is 127.0.0.1.",
      valueName: "host:port"
    )
  )
  var serve: String?

  @Option(
    help: ArgumentHelp(
      "Ask readers of the page for the token in this file.",
      valueName: "file"
    ),
    completion: .file()
  )
  var tokenFile: String?

  @Option(help: "The title of the page. (default: the name of the sweep)")
  var title: String?

  /// Says which options do not go together.
  func validate() throws {
    guard self.serve == nil, self.tokenFile != nil || self.title != nil else { return }
    throw ValidationError("--token-file and --title are for the page of --serve.")
  }

  /// Looks until it is over, or serves until a signal comes.
  func run() async throws {
    let store = try self.sweep.look()
    if let address = self.serve { return try await self.serve(store, on: address) }
    var last: SweepStatistics?
    while true {
      let statistics = try store.statistics()
      if statistics != last {
        last = statistics
        if self.json {
          await Console.shared.write(SweepStatusCommand.line(statistics).line)
        } else {
          await Console.shared.print("\(statistics)")
        }
      }
      if statistics[.todo] + statistics[.leased] == 0 { return }
      try await Task.sleep(for: self.every?.duration ?? .seconds(1))
    }
  }

  private func serve(_ store: SweepStore, on address: String) async throws {
    var options = SweepServerOptions()
    options.address = Int(address) == nil ? address : "127.0.0.1:\(address)"
    options.title = self.title ?? self.sweep.file
    if let every = self.every?.duration { options.interval = every }
    options.logger = Logger(label: "convoke.sweep") { label in
      var handler = StreamLogHandler.standardError(label: label)
      // What readers do wrong concerns nobody, and the end of the server is logged as an error.
      handler.logLevel = .critical
      return handler
    }
    do {
      options.token = try self.tokenFile.map { path throws(ServeError) in
        try AccessToken(file: path)
      }
      try await self.serve(SweepServer(store, options: options))
    } catch let error as ServeError {
      guard error.code == .cannotListen else { throw UsageError(error.message) }
      await Console.shared.print("convoke: \(error)", to: .errors)
      throw ExitCode(ExitStatus.failed)
    }
  }

  private func serve(_ server: SweepServer) async throws {
    let isJSON = self.json
    let interruption = Interruption()
    let watch = EndSignals(interruption)
    defer { watch.stop() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await server.run { addresses in
          for address in addresses { await Self.tell(address, isJSON: isJSON) }
          await Console.shared.flush()
        }
      }
      group.addTask { await interruption.wait() }
      // Whichever ends first ends the other.
      try await group.next()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private static func tell(_ address: String, isJSON: Bool) async {
    guard isJSON else { return await Console.shared.print("listening on \(address)") }
    var line = JSONLine.sweepEvent("listening")
    line.add("address", address)
    await Console.shared.write(line.line)
  }
}
