import ConvokeGateway
import ConvokeServe
import ConvokeWire
import ConvokeWorker
import Foundation
import Testbed
import Testing
import WorkerFixtures

/// A kind of worker and a way to reach it.
struct Endpoint: Sendable, CustomTestStringConvertible {
  enum Language: Sendable { case python, asyncio, javascript, swift }

  /// The specifications to open, the last of which is the one to test.
  ///
  /// None are a worker inside this program. `HOST` and `FIXTURE` become a host of the fleet and the path
  /// of the worker in Swift.
  var specs: [String]
  var language = Language.python
  var usesExecnet = false
  var isRemote = false
  /// A server that runs meanwhile, at `ADDRESS` in the specifications.
  var server: Server?

  var testDescription: String {
    let words = [self.usesExecnet ? "execnet" : nil, self.server.map { "\($0) server" }]
    return self.specs.isEmpty
      ? "in-process" : (words.compactMap { $0 } + self.specs).joined(separator: " ")
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
    options.enableTLS()
    switch (self.language, self.server) {
    case (_, nil) where self.specs.isEmpty: try await self.withPair(options, body)
    case (_, nil): try await self.withWorkers(self.specs, options, body)
    case (_, let server?):
      try await server.serving { address in
        let specs = self.specs.map { $0.replacing("ADDRESS", with: address) }
        try await self.withWorkers(specs, options, body)
      }
    }
  }

  private func withPair(
    _ options: GatewayOptions,
    _ body: (Gateway) async throws -> Void
  ) async throws {
    let controller = try await Gateway.inProcess(FixtureTasks.contract, options: options)
    do {
      try await body(controller)
    } catch {
      await controller.terminate(within: .seconds(2))
      throw error
    }
    await controller.terminate(within: .seconds(2))
  }

  private func withWorkers(
    _ specs: [String],
    _ options: GatewayOptions,
    _ body: (Gateway) async throws -> Void
  ) async throws {
    try await withGroup(options: options) { group in
      for spec in try self.resolved(specs) { _ = try await group.open(spec) }
      if self.hasOldStrings {
        try group[-1].reconfigure(WireStringCoercion(python2String: .bytes, isTextBytes: false))
      }
      try await body(group[-1])
    }
  }

  // Hosts and programs of the testbed have names that are known at run time only.
  private func resolved(_ specs: [String]) throws -> [String] {
    let specs = try specs.map {
      try $0.contains("FIXTURE") ? $0.replacing("FIXTURE", with: StaticPrograms.fixture()) : $0
    }
    guard self.isRemote else { return specs }
    let fleet = try SSHFleet.shared()
    return specs.map {
      $0.replacing("HOST", with: fleet.hostNames[3]) + "//ssh_config=\(fleet.configFile)"
    }
  }
}
