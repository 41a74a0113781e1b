import ConvokeProcess
import Foundation
import Glibc
import Testbed
import Testing

/// Short runs of the real `convoke` on two hosts, in which something is killed at random.
///
/// After each, no process is left, and each host has one outcome unless the controller was the victim;
/// after all, the caches of the hosts are whole. `scripts/chaos N` makes N of them.
@Suite(.timeLimit(.minutes(30)))
struct ChaosTests {
  private static let count = Int(Self.variable("CONVOKE_CHAOS_RUNS") ?? "") ?? 40
  private static let seed = UInt64(Self.variable("SEED") ?? "") ?? UInt64.random(in: 0...999_999)
  /// How many runs go on at a time.
  private static let window = 4

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }

  @Test func `whatever is killed, nothing is left and every host has one outcome`() async throws {
    print("chaos: \(Self.count) runs, SEED=\(Self.seed)")
    var random = SeededGenerator(seed: Self.seed)
    let plans = (0..<Self.count).map { ChaosRun($0, &random) }
    let worker = try StaticPrograms.worker()
    let options = SSHFleet.Options { $0.maxStartups = "100:30:200" }
    try await SSHFleet.withSSHFleet(hosts: 8, options: options) { fleet in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, plan) in plans.enumerated() {
          if index >= Self.window { try await group.next() }
          group.addTask { try await plan.perform(on: fleet, worker: worker) }
        }
        try await group.waitForAll()
      }
      try await Self.checkCaches(of: fleet)
    }
  }

  /// The name of the folder of each worker is its hash.
  private static func checkCaches(of fleet: SSHFleet) async throws {
    let line = "cd ~/.cache/convoke/workers && for f in */convoke-worker; do sha256sum $f; done"
    let lines = try await fleet.ssh(fleet.hostNames[0], line).output.split(separator: "\n")
    for line in lines {
      let words = line.split(separator: " ")
      #expect(words.last?.hasPrefix("\(words[0])/") == true, "\(line)")
    }
  }
}
