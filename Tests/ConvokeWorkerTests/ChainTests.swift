import ConvokeGateway
import ConvokeProcess
import ConvokeServices
import Testbed
import Testing

/// Workers in Swift that lead to one another over ssh, on hosts of their own.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ChainTests {
  private func specs(_ fleet: NetworkFleet) throws -> [String] {
    let hosts = fleet.hostNames
    let worker = try StaticPrograms.worker()
    return [
      "ssh=\(hosts[0])//ssh_config=\(fleet.configFile)//swift=\(worker)//id=a",
      "ssh=\(hosts[1])//via=a//swift=\(worker)//id=b",
      "ssh=\(hosts[2])//via=b//swift=\(worker)//id=c",
    ]
  }

  @Test func `a chain of three hosts, each of which gets the worker from the one before`()
    async throws
  {
    try await NetworkFleet.withNetworkFleet(hosts: 3) { fleet in
      try await withGroup(try self.specs(fleet)) { group in
        for (gateway, host) in zip(group.gateways, fleet.hostNames) {
          let result = await gateway.run(Command("hostname"))
          #expect(result.outcome == .exited(0))
          #expect(result.stdout.trimmedText == host)
        }
        let block = [UInt8](repeating: 7, count: 3_000_000)
        let copy = await group[2].run(Command("cat").with { $0.input = .bytes(block) })
        #expect(copy.stdout.bytes == block)
      }
    }
  }

  @Test(arguments: ["cut", "killed"])
  func `what runs at the end of a chain ends with the chain`(how: String) async throws {
    let mark = "chain-\(UInt64.random(in: 0 ... .max))"
    try await NetworkFleet.withNetworkFleet(hosts: 3) { fleet in
      var options = GatewayOptions()
      options.heartbeat = .seconds(2)
      try await withGroup(try self.specs(fleet), options: options) { group in
        // A grandchild in a session of its own.
        let line = "setsid sleep 1000 & exec sleep 1000"
        let process = group[2].launch(
          Command.shell(line).with { $0.environment = ["CHAIN_MARK": mark] }
        )
        let isThere = try await eventually {
          try ProcessTable.processesLeft(matching: mark).count >= 2
        }
        #expect(isThere)
        if how == "cut" {
          try await fleet.cut(fleet.hostNames[1])
        } else {
          try await fleet.powerOff(fleet.hostNames[1])
        }
        let isGone = try await eventually(within: .seconds(60)) {
          try ProcessTable.processesLeft(matching: mark).isEmpty
        }
        #expect(isGone)
        let result = try await process.wait(within: .seconds(30))
        guard case .lost = result.outcome else {
          Issue.record("the outcome is \(result.outcome)")
          return
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func `a login of root and of a plain user keep their workers apart`(isRoot: Bool) async throws {
    let options = SSHFleet.Options { $0.isRoot = isRoot }
    try await SSHFleet.withSSHFleet(hosts: 1, options: options) { fleet in
      let worker = try StaticPrograms.worker()
      let spec = "ssh=\(fleet.hostNames[0])//ssh_config=\(fleet.configFile)//swift=\(worker)"
      try await withGateway(spec) { gateway in
        let result = await gateway.run(Command("id", "-u"))
        #expect((result.stdout.trimmedText == "0") == isRoot)
        let home = await gateway.run(Command.shell("echo $HOME")).stdout.trimmedText
        let path = try await gateway.information().executable
        #expect(path.hasPrefix("\(home)/.cache/convoke/workers/"))
      }
    }
  }

  @Test func `fifty hosts run a thousand processes and leave none`() async throws {
    let fleet = try SSHFleet.shared()
    let worker = try StaticPrograms.worker()
    let specs = fleet.hostNames.map {
      "ssh=\($0)//ssh_config=\(fleet.configFile)//swift=\(worker)"
    }
    let mark = "fifty-\(UInt64.random(in: 0 ... .max))"
    try await withGroup(specs, window: 16) { group in
      let counts = await withTaskGroup(of: Int.self) { tasks in
        for gateway in group.gateways {
          for number in 0..<20 {
            tasks.addTask {
              let command = Command("printenv", "MARK").with {
                $0.environment = ["MARK": "\(mark) \(number)"]
              }
              return await gateway.run(command).stdout.trimmedText == "\(mark) \(number)" ? 1 : 0
            }
          }
        }
        return await tasks.reduce(0, +)
      }
      #expect(counts == 1000)
    }
    #expect(try await eventually { try ProcessTable.processesLeft(matching: mark).isEmpty })
  }
}
