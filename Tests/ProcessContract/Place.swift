import ConvokeGateway
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import ConvokeServices
import ConvokeWorker
import Foundation
import Testbed
import Testing

/// A place where commands run, and the way they get there.
struct Place: Sendable, CustomTestStringConvertible {
  enum Way: Sendable, Equatable {
    case local
    case ssh(SSHSettings.Multiplexing)
    /// The last gateway of these specifications, with spaces between; `HOST` stands for a host of the
    /// fleet, `WORKER` for the worker in Swift.
    case gateway(String, usesExecnet: Bool = false)
    /// A worker in Swift inside this program.
    case inProcess
  }

  var testDescription: String
  var way: Way

  /// Whether a worker keeps the processes.
  var isGateway: Bool {
    switch self.way {
    case .local, .ssh: false
    case .gateway, .inProcess: true
    }
  }

  /// Opens it, calls the body and ends all.
  func with<Answer>(_ body: (Runner) async throws -> Answer) async throws -> Answer {
    switch self.way {
    case .local: return try await body(Runner(run: { await $0.run() }, launch: { $0.launch() }))
    case .ssh(let mode): return try await Self.overSSH(mode, body)
    case .gateway(let spec, let usesExecnet):
      var options = GatewayOptions()
      options.usesExecnetWorkers = usesExecnet
      let specs = try Self.resolved(spec).split(separator: " ").map(String.init)
      return try await withGroup(specs, options: options) { group in
        try await body(Runner(group[-1]))
      }
    case .inProcess:
      let gateway = try await Gateway.inProcess([])
      return try await afterwards {
        try await body(Runner(gateway))
      } cleanUp: {
        await gateway.terminate(within: .seconds(5))
      }
    }
  }

  /// Runs a command to its end.
  func run(_ command: Command) async throws -> ProcessResult {
    try await self.with { await $0.run(command) }
  }

  private static func overSSH<Answer>(
    _ mode: SSHSettings.Multiplexing,
    _ body: (Runner) async throws -> Answer
  ) async throws -> Answer {
    let fleet = try SSHFleet.shared()
    var settings = SSHSettings()
    settings.configFile = fleet.configFile
    settings.multiplexing = mode
    let connections = SSHConnections(settings)
    let host = ConvokeHosts.Host(fleet.hostNames[0])
    return try await afterwards {
      try await body(
        Runner(
          run: { await connections.run($0, on: host) },
          launch: { connections.launch($0, on: host) }
        )
      )
    } cleanUp: {
      await connections.close()
    }
  }

  private static func resolved(_ spec: String) throws -> String {
    var spec = spec
    if spec.contains("WORKER") {
      spec = spec.replacing("WORKER", with: try StaticPrograms.worker())
    }
    guard spec.contains("HOST") else { return spec }
    let fleet = try SSHFleet.shared()
    return spec.replacing("HOST", with: "\(fleet.hostNames[4])//ssh_config=\(fleet.configFile)")
  }
}

/// Runs commands in a place.
struct Runner: Sendable {
  var run: @Sendable (Command) async -> ProcessResult
  var launch: @Sendable (Command) -> RunningProcess

  init(
    run: @escaping @Sendable (Command) async -> ProcessResult,
    launch: @escaping @Sendable (Command) -> RunningProcess
  ) {
    self.run = run
    self.launch = launch
  }

  init(_ gateway: Gateway) {
    self.init(run: { await gateway.run($0) }, launch: { gateway.launch($0) })
  }

  /// Starts a command for the length of a scope.
  func start<Answer>(
    _ command: Command,
    _ body: (RunningProcess) async throws -> Answer
  ) async throws -> Answer {
    try await self.launch(command).scope(body)
  }
}

extension Place {
  /// Every place that this machine has.
  static let all: [Place] =
    [
      Place(testDescription: "local", way: .local),
      Place(testDescription: "ssh", way: .ssh(.proxy)),
      Place(testDescription: "ssh without sharing", way: .ssh(.off)),
    ] + Place.gateways

  /// Those where a worker keeps the processes.
  static let gateways: [Place] =
    [
      Place(testDescription: "Swift, in this program", way: .inProcess),
      Place(testDescription: "Swift", way: .gateway("popen//swift=WORKER")),
      Place(testDescription: "Python", way: .gateway("popen")),
      Place(testDescription: "Python over ssh", way: .gateway("ssh=HOST")),
      Place(
        testDescription: "Python through Python",
        way: .gateway("popen//id=hub popen//via=hub")
      ),
      Place(
        testDescription: "Swift through Swift over ssh",
        way: .gateway("ssh=HOST//swift=WORKER//id=hub popen//swift=WORKER//via=hub")
      ),
      Place(
        testDescription: "Python, main thread only",
        way: .gateway("popen//execmodel=main_thread_only")
      ),
    ] + Place.pythons + Place.execnet

  /// One for each kind of worker.
  static let workers = Place.gateways.filter {
    ["Swift", "Python", "execnet"].contains($0.testDescription)
  }

  private static var pythons: [Place] {
    let folder = NSHomeDirectory() + "/.pyenv/versions"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let some = versions.sorted().filter { version in
      ["2.7", "3.6", "3.13"].contains { version.hasPrefix($0 + ".") }
    }
    let paths = some.map { "\(folder)/\($0)/bin/python" } + ["/usr/bin/pypy3"]
    return paths.filter(FileManager.default.isExecutableFile(atPath:)).map { path in
      Place(testDescription: path, way: .gateway("popen//python=\(path)"))
    }
  }

  // What needs packages, which `scripts/setup-tests` installs.
  private static var execnet: [Place] {
    let python = Tool.packageFolder.appending(path: ".venv/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: python) else { return [] }
    let way = Way.gateway("popen//python=\(python)", usesExecnet: true)
    return [Place(testDescription: "execnet", way: way)]
  }
}
