import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Testbed
import Testing

/// Links that break without a word, on hosts with a network of their own.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct LinkCutTests {
  @Test(arguments: ["python", "swift"])
  func `a cut cable ends all on both sides`(worker: String) async throws {
    let mark = ProcessContractTests.mark()
    try await NetworkFleet.withNetworkFleet(hosts: 1) { fleet in
      var options = GatewayOptions()
      options.heartbeat = .seconds(1)
      let program = worker == "swift" ? "//swift=\(try StaticPrograms.worker())" : ""
      let spec = "ssh=\(fleet.hostNames[0])//ssh_config=\(fleet.configFile)\(program)"
      try await withGateway(spec, options: options) { gateway in
        let process = gateway.launch(GatewayKillTests.family(mark))
        _ = try await process.expect("up", within: .seconds(40))
        try await fleet.cut(fleet.hostNames[0])
        #expect(try await process.wait(within: .seconds(40)).outcome.word == "lost")
        let isGone = try await eventually(within: .seconds(40)) {
          try ProcessTable.processesLeft(matching: mark).isEmpty
        }
        #expect(isGone)
        try await fleet.heal(fleet.hostNames[0])
      }
    }
  }

  @Test func `the deadline holds while the cable is cut`() async throws {
    let mark = ProcessContractTests.mark()
    try await NetworkFleet.withNetworkFleet(hosts: 1) { fleet in
      var options = GatewayOptions()
      options.heartbeat = .seconds(20)
      let spec = "ssh=\(fleet.hostNames[0])//ssh_config=\(fleet.configFile)"
      try await withGateway(spec, options: options) { gateway in
        let command = GatewayKillTests.family(mark).with { $0.deadline = .seconds(3) }
        let process = gateway.launch(command)
        _ = try await process.expect("up", within: .seconds(40))
        try await fleet.cut(fleet.hostNames[0])
        // Long before the worker can know that the link is gone.
        let isGone = try await eventually(within: .seconds(20)) {
          try ProcessTable.processesLeft(matching: mark).isEmpty
        }
        #expect(isGone)
        try await fleet.heal(fleet.hostNames[0])
        #expect(try await process.wait(within: .seconds(60)).outcome == .timedOut)
      }
    }
  }
}
