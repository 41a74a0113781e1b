import ConvokeProcess
import ConvokeSSH
import Foundation
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(2))) struct SSHFleetTests {
  /// Calls the body with hosts of the shared testbed.
  private func withFleet(
    _ count: Int,
    _ body: (Fleet, SSHFleet) async throws -> Void
  ) async throws {
    let testbed = try SSHFleet.shared()
    var settings = SSHSettings()
    settings.configFile = testbed.configFile
    let connections = SSHConnections(settings)
    let hosts = testbed.hostNames.prefix(count).map { Host($0) }
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(Fleet(hosts, connections: connections), testbed))
    } catch {
      result = .failure(error)
    }
    await connections.close()
    try result.get()
  }

  @Test func `a command runs on every host`() async throws {
    try await self.withFleet(20) { fleet, testbed in
      let report = await fleet.run("echo {host} {rank}", window: 8)
      try report.throwOnFailure()
      let expected = testbed.hostNames.prefix(20).enumerated().map { "\($1) \($0)\n" }
      #expect(report.results.map { $0.result.stdout.text } == expected)
      let again = await fleet.run("exit $(({rank} % 2))")
      #expect(again.failures.count == 10)
    }
  }

  @Test func `a host that cannot be reached fails alone`() async throws {
    try await self.withFleet(2) { fleet, _ in
      let mixed = fleet.with(hosts: fleet.hosts + [Host("127.0.0.1", port: 1)])
      let report = await mixed.run("echo on")
      #expect(report.status == .unreachable)
      #expect(report.totals == ["exited": 2, "unreachable": 1])
      #expect(await mixed.filteringBadHosts().hosts == fleet.hosts)
      let copies = await mixed.put([#filePath], to: "/nowhere/{host}")
      #expect(copies.results.map(\.outcome.word) == ["refused", "refused", "unreachable"])
      #expect(copies.results[0].outcome.failure?.kind == .copyFailed)
      let waited = await mixed.waitUntilReachable(within: .seconds(4), pause: .milliseconds(100))
      #expect(waited.results.map(\.isOK) == [true, true, false])
      #expect(waited.results[2].attemptCount > 1)
    }
  }

  @Test func `cancelling ends the groups on the hosts`() async throws {
    try await self.withFleet(4) { fleet, _ in
      let mark = "98.\(UInt32.random(in: 0 ... .max))"
      let options = FleetOptions().with { $0.outputEvents = .lines }
      let lines = Collector<Int>()
      let task = Task {
        await fleet.perform(.run("echo on; sleep \(mark) & wait"), options: options) { event in
          if case .line(let member, _) = event { lines.add(member.rank) }
        }
      }
      while lines.all.count < 4 { await Task.yield() }
      task.cancel()
      let report = await task.value
      #expect(report.totals == ["cancelled": 4])
      let isGone = try await eventually {
        await !Command.shell("pgrep -xf 'sleep \(mark)'").run().outcome.isSuccess
      }
      #expect(isGone)
    }
  }

  @Test func `ports of the hosts are reached for the length of a scope`() async throws {
    try await self.withFleet(2) { fleet, _ in
      // The ssh server of the testbed answers anybody who connects.
      let server = await fleet.run("echo $SSH_CONNECTION").results[0].result.stdout.trimmedText
      let port = try #require(server.split(separator: " ").last.flatMap { Int($0) })
      let greetings = try await fleet.withLocalForwards(to: "127.0.0.1", port) { ports in
        await Fleet.local(2).run(
          Command("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/{here}; head -n 1 <&3"),
          values: ["here": ports.map(String.init)]
        )
      }
      for result in greetings.results { #expect(result.result.stdout.text.hasPrefix("SSH-2.0")) }
    }
  }

  @Test func `files and directories go there and come back`() async throws {
    try await self.withFleet(3) { fleet, _ in
      try await TemporaryFolder.withFolder { folder in
        let at = folder.path
        let setUp = """
          mkdir -p \(at)/tree/sub; head -c 2000000 /dev/urandom > \(at)/tree/sub/big
          echo x > "\(at)/tree/it's"; ln -s sub \(at)/tree/link; chmod 777 \(at)
          """
        try await Command.shell(setUp).run().throwOnFailure()
        let action = FleetAction.sequence([
          .put(["\(at)/tree"], to: "\(at)/{host}"), .get(["\(at)/{host}"], to: "\(at)/back"),
          .put(["\(at)/tree/sub/big"], to: "\(at)/{host}/two words"),
          .get(["\(at)/{host}/two words"], to: "\(at)/back/"),
        ])
        try await fleet.perform(action).throwOnFailure()
        for host in fleet.hosts {
          let check = """
            diff -r --no-dereference \(at)/tree '\(at)/back/\(host)/\(host)' &&
            cmp \(at)/tree/sub/big '\(at)/back/\(host)/two words'
            """
          try await Command.shell(check).run().throwOnFailure()
        }
      }
    }
  }

  @Test func `a copy that is cancelled leaves nothing on the host`() async throws {
    try await self.withFleet(1) { fleet, _ in
      try await TemporaryFolder.withFolder { folder in
        let at = folder.path
        let setUp = "head -c 80000000 /dev/zero > \(at)/big; mkdir \(at)/to; chmod 777 \(at)/to"
        try await Command.shell(setUp).run().throwOnFailure()
        let isGoing = Collector<Bool>()
        let gate = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          await fleet.perform(.put(["\(at)/big"], to: "\(at)/to")) { event in
            guard case .progress = event, isGoing.all.isEmpty else { return }
            isGoing.add(true)
            // The copy stays where it is until it is cancelled.
            for await _ in gate.stream {}
          }
        }
        while isGoing.all.isEmpty { await Task.yield() }
        task.cancel()
        gate.continuation.finish()
        #expect(await task.value.results[0].outcome == .cancelled)
        let isEmpty = try await eventually {
          await Command.shell("ls -A \(at)/to").run().stdout.text.isEmpty
        }
        #expect(isEmpty)
      }
    }
  }
}
