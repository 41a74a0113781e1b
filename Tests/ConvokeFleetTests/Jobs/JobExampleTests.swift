import Convoke
import Foundation
import Testbed
import Testing

@testable import ConvokeFleet

struct JobExampleTests {
  // Compiled, not run: it needs a program.
  private func example(_ fleet: Fleet, _ run: RunID) async throws {
    let name = try JobName("bench")
    try await fleet.detach("./bench --all", as: name, deadline: .seconds(3600)).throwOnFailure()
    let jobs = await fleet.jobs().results.flatMap(\.jobs)
    let log = JobLogOptions().with { $0.tail = 10 }
    print(await fleet.logs(of: name, log: log).folded)
    await fleet.signal(.user1, job: name)
    let report = await fleet.wait(for: name)
    await fleet.reap(runs: [run])
    print(jobs, report)
  }
}
