import ConvokeProcess
import ConvokeSSH
import ConvokeSweep

import struct ConvokeHosts.Host

// Each piece is shown in docs/from-execo.md or docs/sweeps.md; a test compares them.

enum SweepExamples {
  static func sizes(_ folder: String) throws {
    // SAMPLE
    let store = try SweepStore(folder)
    try store.update(to: ["size": [1, 2, 4], "mode": ["a", "b"]])
    while let lease = try store.next().first {
      let size = lease.combination["size"]
      try store.done(lease, result: size)
    }
    print(try store.statistics())
    // END
  }

  static func states(_ folder: String) throws {
    // SAMPLE
    let store = try SweepStore(folder)
    try store.update(to: [
      "size": .integerGeometric(from: 1, to: 1_000, count: 4),
      "mode": ["plain": [:], "packed": ["level": [1, 9]]],
    ])
    while let lease = try store.next().first {
      if lease.combination["size"] == 1_000 {
        try store.skip(lease, reason: "too large for this machine")
      } else {
        try store.done(lease, result: 1)
      }
    }
    print(try store.statistics())
    // END
  }
}

// SAMPLE
struct Lengths: Experiment {
  let sweep: Sweep = ["text": ["a", "bb", "ccc"]]

  func run(
    _ combination: Combination,
    on host: Host,
    in context: ExperimentContext
  ) async throws -> Int {
    let text = combination["text"]?.description ?? ""
    return await Command("printf", text).run(on: host).stdout.bytes.count
  }
}
// END
