import ConvokeGateway
import ConvokeProcess
import ConvokeSSH
import ConvokeSweep
import Foundation

import struct ConvokeHosts.Host

// Each piece is shown in docs/from-execo.md or docs/sweeps.md; a test compares them, and runs them.

enum EngineExamples {
  static func combinations() throws -> [Combination] {
    // SAMPLE
    let sweep: Sweep = [
      "flavor": ["small", "large"],
      "count": .integerGeometric(from: 1, to: 20, count: 5),
      "protocol": ["tcp": ["congestion": ["cubic", "reno"]], "udp": [:]],
    ]
    let combinations = try sweep.combinations().all()
    // END
    return combinations
  }

  static func ordered(_ folder: String) throws -> [String] {
    var slugs: [String] = []
    // SAMPLE
    let store = try SweepStore(folder)
    try store.update(to: ["size": [1, 10, 100], "mode": ["plain", "packed"]])
    while let lease = try store.next(picking: { waiting in
      let large = waiting.filter { $0["size"] != 1 }
      return Array(large.sorted { $0["size"]?.number ?? 0 > $1["size"]?.number ?? 0 }.prefix(1))
    }).first {
      slugs.append(lease.combination.slug)
      try store.done(lease)
    }
    // END
    return slugs
  }

  static func distributed(_ store: SweepStore, _ specs: [String], _ code: String) async throws {
    // SAMPLE
    try await withGroup(specs) { group in  // such as ["ssh=node[1-8]"]
      try await withThrowingTaskGroup(of: Int.self) { tasks in
        for gateway in group.gateways {
          tasks.addTask { try await store.serve(try gateway.execute(.python(code))) }
        }
        try await tasks.waitForAll()
      }
    }
    // END
  }

  static func redirected(_ folder: String) throws {
    // SAMPLE
    let files = try OutputFiles(.copied, output: "\(folder)/out", errors: "\(folder)/err")
    print("on the terminal, and in the file")
    files.close()
    // END
  }
}

// SAMPLE
struct Congestion: Experiment {
  static let options = [ExperimentOption("site", "where to take machines", default: "here")]

  let sweep: Sweep = ["flows": [1, 10], "congestion": ["cubic", "reno"]]
  var stages: [any ExperimentStage] { [Machines(site: self.site)] }
  var site = "here"

  init() {}
  init(arguments: ExperimentArguments) throws { self.site = arguments["site"] ?? "here" }

  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> [String: Double] {
    let flows = combination["flows"]?.description ?? "1"
    let result = await Command("echo", "rate:", flows, "Mbit/s").run(on: host)
    try context.log("\(combination): \(result.outcome)")
    guard let match = result.stdout.text.firstMatch(of: /rate: ([0-9.]+)/) else {
      throw SweepError(.result, "the client has printed no rate")
    }
    return ["rate": Double(match.output.1) ?? 0]
  }
}

/// What an ancestor of several engines does in its `init`; `finish` comes whatever happens.
struct Machines: ExperimentStage {
  var site: String

  func prepare(in context: ExperimentContext) async throws {
    try context.log("taking machines: \(self.site)")
  }

  func finish(in context: ExperimentContext) async throws {
    try context.log("giving them back: \(self.site)")
  }
}
// END
