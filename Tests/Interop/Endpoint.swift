import ConvokeGateway
import ConvokeWire
import ConvokeWorker
import Foundation
import Testbed
import Testing

/// A kind of worker and a way to reach it.
struct Endpoint: Sendable, CustomTestStringConvertible {
  enum Language: Sendable { case python, asyncio, javascript, swift }

  /// The specifications to open, the last of which is the one to test; empty for the worker in Swift.
  var specs: [String]
  var language = Language.python
  var usesExecnet = false
  var isRemote = false

  var testDescription: String {
    self.specs.isEmpty
      ? "in-process" : (self.usesExecnet ? "execnet " : "") + self.specs.joined(separator: " ")
  }

  /// Whether bytes and text are the same on the other side.
  var hasOldStrings: Bool { self.specs.last?.contains("/2.7") == true }

  /// Opens it, calls the body and ends all.
  func with(
    _ options: GatewayOptions = GatewayOptions(),
    _ body: (Gateway) async throws -> Void
  ) async throws {
    var options = options
    options.usesExecnetWorkers = self.usesExecnet
    if self.language == .swift {
      let controller = try await Gateway.inProcess(SwiftPrograms.tasks, options: options)
      do {
        try await body(controller)
      } catch {
        await controller.terminate(within: .seconds(2))
        throw error
      }
      return await controller.terminate(within: .seconds(2))
    }
    try await withGroup(options: options) { group in
      for spec in try self.resolved() { _ = try await group.open(spec) }
      if self.hasOldStrings {
        try group[-1].reconfigure(WireStringCoercion(python2String: .bytes, isTextBytes: false))
      }
      try await body(group[-1])
    }
  }

  // The hosts of the fleet have names that are known at run time only.
  private func resolved() throws -> [String] {
    guard self.isRemote else { return self.specs }
    let fleet = try SSHFleet.shared()
    return self.specs.map {
      $0.replacing("HOST", with: fleet.hostNames[3]) + "//ssh_config=\(fleet.configFile)"
    }
  }
}

extension Endpoint {
  /// Every transport and worker that this machine has.
  static let all: [Endpoint] =
    [
      Endpoint(specs: [], language: .swift),
      Endpoint(specs: ["popen"]),
      Endpoint(specs: ["popen//execmodel=main_thread_only"]),
      Endpoint(specs: ["popen//execmodel=asyncio"], language: .asyncio),
      Endpoint(specs: ["popen//id=master", "popen//via=master"]),
      Endpoint(specs: ["popen//id=master", "popen//id=second//via=master", "popen//via=second"]),
      Endpoint(specs: ["popen//id=master", "socket//installvia=master"]),
      Endpoint(specs: ["ssh=HOST"], isRemote: true),
    ] + Endpoint.pythons + Endpoint.node + Endpoint.fromPyPI

  private static var node: [Endpoint] {
    self.exists("/usr/bin/node")
      ? [Endpoint(specs: ["popen//javascript=/usr/bin/node"], language: .javascript)] : []
  }

  private static var pythons: [Endpoint] {
    let folder = NSHomeDirectory() + "/.pyenv/versions"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let paths = versions.sorted().map { "\(folder)/\($0)/bin/python" } + ["/usr/bin/pypy3"]
    return paths.filter(self.exists).map { Endpoint(specs: ["popen//python=\($0)"]) }
  }

  /// What needs packages, which `scripts/setup-tests` installs.
  private static var fromPyPI: [Endpoint] {
    let python = self.venv
    guard self.exists(python) else { return [] }
    return [
      Endpoint(specs: ["popen//python=\(python)//execmodel=gevent"]),
      Endpoint(specs: ["popen//python=\(python)//execmodel=eventlet"]),
      Endpoint(specs: ["popen//python=\(python)"], usesExecnet: true),
      Endpoint(specs: ["popen//python=\(python)//execmodel=main_thread_only"], usesExecnet: true),
      Endpoint(
        specs: ["popen//id=m//python=\(python)", "popen//python=\(python)//via=m"],
        usesExecnet: true
      ),
    ]
  }

  /// The Python that has genuine execnet.
  static let venv =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: ".venv/bin/python").path

  private static func exists(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path)
  }
}
