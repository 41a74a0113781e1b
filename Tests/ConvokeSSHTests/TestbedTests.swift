import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TestbedTests {
  @Test func `fifty host names answer, each with its own name`() async throws {
    let fleet = try SSHFleet.shared()
    try #require(fleet.hostNames.count == 50)
    let answers = try await withThrowingTaskGroup(of: (String, Tool.Result).self) { group in
      var answers: [String: Tool.Result] = [:]
      for (index, host) in fleet.hostNames.enumerated() {
        if index >= 8, let (name, answer) = try await group.next() { answers[name] = answer }
        group.addTask { (host, try await fleet.ssh(host, "hostname")) }
      }
      for try await (name, answer) in group { answers[name] = answer }
      return answers
    }
    for host in fleet.hostNames {
      #expect(answers[host]?.output == "\(host)\n")
    }
  }

  @Test func `a frozen sshd does not answer until it is thawed`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 1) { fleet in
      try await fleet.freeze()
      #expect(try await fleet.ssh("host-0001", "true", within: 0.5).status == 124)
      try await fleet.thaw()
      #expect(try await fleet.ssh("host-0001", "true").status == 0)
    }
  }

  @Test func `the end of a fleet ends what has detached itself there`() async throws {
    let marker = "testbed-\(UUID())"
    let folder = try await SSHFleet.withSSHFleet(hosts: 2) { fleet async throws -> String in
      let detached = "MARK=\(marker) setsid sleep 300 >/dev/null 2>&1 </dev/null &"
      #expect(try await fleet.ssh("host-0002", detached).status == 0)
      #expect(try await ProcessTable.processes(matching: marker, atLeast: 1).count == 1)
      return fleet.directory.path
    }
    #expect(try ProcessTable.processesLeft(matching: marker).isEmpty)
    #expect(try ProcessTable.processesLeft(matching: folder).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func `a killed host loses its processes and the others keep theirs`() async throws {
    let marker = "testbed-\(UUID())"
    try await SSHFleet.withSSHFleet(hosts: 2) { fleet in
      for host in fleet.hostNames {
        let detached = "MARK=\(marker)-\(host) setsid sleep 300 >/dev/null 2>&1 </dev/null &"
        #expect(try await fleet.ssh(host, detached).status == 0)
      }
      try await fleet.killHost("host-0001")
      #expect(try ProcessTable.processesLeft(matching: "\(marker)-host-0001").isEmpty)
      let others = try await ProcessTable.processes(matching: "\(marker)-host-0002", atLeast: 1)
      #expect(others.count == 1)
    }
  }

  @Test(arguments: ["/bin/dash", "/bin/csh", "/usr/bin/fish", "/usr/bin/zsh"])
  func `a host can have another login shell`(shell: String) async throws {
    try await SSHFleet.withSSHFleet(hosts: 1, options: .init { $0.shell = shell }) { fleet in
      let answer = try await fleet.ssh("host-0001", "echo $SHELL")
      #expect(answer.output == "\(shell)\n")
    }
  }

  @Test func `a noisy host prints on both streams before the command does`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 1, options: .init { $0.isNoisy = true }) { fleet in
      let answer = try await fleet.ssh("host-0001", "echo done")
      #expect(answer.output == "welcome to this host\ndone\n")
      #expect(answer.errors == "this host is watched\n")
    }
  }

  @Test func `a host can refuse, have no route, or swallow packets`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 2) { fleet in
      try await fleet.refuse("host-0001")
      #expect(try await fleet.ssh("host-0001", "true").errors.contains("Connection refused"))
      #expect(try await fleet.ssh("host-0002", "true").status == 0)
      try await fleet.heal("host-0001")
      try await fleet.unroute("host-0001")
      #expect(try await fleet.ssh("host-0001", "true").errors.contains("No route to host"))
      try await fleet.heal("host-0001")
      try await fleet.drop("host-0001")
      #expect(try await fleet.ssh("host-0001", "true", within: 0.5).status == 124)
      try await fleet.heal("host-0001")
      #expect(try await fleet.ssh("host-0001", "true").status == 0)
    }
  }

  @Test func `a host of a network can be cut, healed, frozen and switched off`() async throws {
    let folder = try await NetworkFleet.withNetworkFleet(hosts: 2) { fleet in
      #expect(try await fleet.ssh("host-0001", "hostname").output == "host-0001\n")
      #expect(try await fleet.ssh("host-0001", "ssh host-0002 hostname").output == "host-0002\n")
      try await fleet.cut("host-0001")
      #expect(try await fleet.ssh("host-0001", "true", within: 0.5).status == 124)
      #expect(try await fleet.run(on: "host-0001", ["hostname"]) == "host-0001\n")
      try await fleet.heal("host-0001")
      try await fleet.freeze("host-0001")
      #expect(try await fleet.ssh("host-0001", "true", within: 0.5).status == 124)
      try await fleet.thaw("host-0001")
      #expect(try await fleet.ssh("host-0001", "true").status == 0)
      try await fleet.powerOff("host-0002")
      #expect(try await fleet.ssh("host-0002", "true", within: 0.5).status == 124)
      try await fleet.boot("host-0002")
      #expect(try await fleet.ssh("host-0002", "touch /tmp/here").status == 0)
      let file = fleet.temporaryFolder(of: "host-0002").appending(component: "here")
      #expect(FileManager.default.fileExists(atPath: file.path))
      return fleet.directory.path
    }
    #expect(try ProcessTable.processesLeft(matching: folder).isEmpty)
  }
}
