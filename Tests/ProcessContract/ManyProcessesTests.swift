import ConvokeProcess
import Foundation
import Testbed
import Testing

/// A thousand processes at once on one gateway.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ManyProcessesTests {
  @Test(arguments: Place.workers)
  func `a thousand run at once, each with its own input and output`(place: Place) async throws {
    let mark = ProcessContractTests.mark()
    try await place.with { runner in
      let command = Command("sh", "-c", "read x; echo $x").with { $0.environment = ["MARK": mark] }
      let processes = (0..<1000).map { _ in runner.launch(command) }
      for process in processes { await process.waitUntilStarted() }
      let running = try await ProcessTable.processes(matching: mark, atLeast: 1000)
      #expect(running.count == 1000)
      for (number, process) in processes.enumerated() { try await process.write("\(number)\n") }
      for (number, process) in processes.enumerated() {
        let result = try await process.wait(within: .seconds(100))
        #expect(result.outcome == .exited(0))
        #expect(result.stdout.text == "\(number)\n")
      }
    }
  }

  @Test(arguments: Place.workers)
  func `a thousand are ended at once`(place: Place) async throws {
    let mark = ProcessContractTests.mark()
    try await place.with { runner in
      let command = Command("sleep", "1000").with { $0.environment = ["MARK": mark] }
      let processes = (0..<1000).map { _ in runner.launch(command) }
      for process in processes { await process.waitUntilStarted() }
      await withTaskGroup(of: Void.self) { group in
        for process in processes {
          group.addTask {
            let outcome = await process.terminate().outcome
            // On a busy host a thousand may need more than their two seconds.
            #expect([.signalled(.terminate), .signalled(.kill)].contains(outcome))
          }
        }
      }
      let isEmpty = try await ProcessTable.isEmpty(of: mark)
      #expect(isEmpty)
    }
  }
}
