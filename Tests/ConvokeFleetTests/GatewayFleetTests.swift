import ConvokeGateway
import ConvokeProcess
import ConvokeSSH
import Foundation
import Glibc
import Logging
import Synchronization
import Testbed
import Testing

import struct ConvokeHosts.Host

@testable import ConvokeFleet

/// Fleets whose commands are kept by workers.
@Suite(.serialized, .timeLimit(.minutes(2))) struct GatewayFleetTests {
  private func withConnections<Answer>(
    _ change: (inout SSHSettings) -> Void = { _ in },
    _ body: (SSHConnections, [Host]) async throws -> Answer
  ) async throws -> Answer {
    let testbed = try SSHFleet.shared()
    var settings = SSHSettings()
    settings.configFile = testbed.configFile
    change(&settings)
    let connections = SSHConnections(settings)
    return try await afterwards {
      try await body(connections, testbed.hostNames.map { Host($0) })
    } cleanUp: {
      await connections.close()
    }
  }

  private func withFleet<Answer>(
    _ worker: FleetWorker,
    of count: Int,
    _ body: (Fleet, GatewayConnections) async throws -> Answer
  ) async throws -> Answer {
    if worker == .swift { unsafe setenv("CONVOKE_WORKER", try StaticPrograms.worker(), 1) }
    return try await self.withConnections { connections, hosts in
      let gateways = GatewayConnections(worker, connections: connections)
      return try await afterwards {
        try await body(Fleet(hosts.prefix(count), gateways: gateways), gateways)
      } cleanUp: {
        await gateways.close()
      }
    }
  }

  static let lines = [
    "echo {host} {rank}; echo e >&2; exit {rank}", "kill -TERM $$", "cat /nonexistent", "true",
    "printf 'a\\000b'", "no-such-program-at-all", "head -c 100000 /dev/zero | tr '\\0' x",
  ]

  @Test(arguments: [FleetWorker.python, .swift])
  func `reports are those of a fleet without workers`(worker: FleetWorker) async throws {
    func reports(_ worker: FleetWorker) async throws -> [[String]] {
      try await self.withFleet(worker, of: 4) { fleet, _ in
        var all: [[String]] = []
        for line in Self.lines {
          let report = await fleet.run(line)
          all.append(
            report.results.map { result in
              "\(result.host) \(result.outcome) \(result.result.stdout.text) \(report.status)"
            }
          )
        }
        return all
      }
    }
    let plain = try await reports(.none)
    #expect(try await reports(worker) == plain)
  }

  @Test(arguments: [FleetWorker.python, .swift])
  func `refusals, deadlines and unreachable hosts are the same`(worker: FleetWorker) async throws {
    func outcomes(_ worker: FleetWorker) async throws -> [String] {
      try await self.withFleet(worker, of: 1) { fleet, _ in
        let mixed = fleet.with(
          hosts: fleet.hosts + [Host("127.0.0.1", port: 1), Host("no-such-host.invalid")]
        )
        let commands = [
          Command("no-such-program"), Command("/etc/passwd"),
          Command("true").with { $0.directory = "/proc/no-such" },
          Command("sleep", "100").with { $0.deadline = .milliseconds(300) },
        ]
        var all: [String] = []
        for command in commands {
          for result in await mixed.run(command).results {
            all.append("\(result.outcome.word) \(result.outcome.failure?.kind.rawValue ?? "")")
          }
        }
        return all
      }
    }
    let plain = try await outcomes(.none)
    #expect(try await outcomes(worker) == plain)
    #expect(plain.contains("unreachable name-not-known") && plain.contains("timed-out "))
  }

  @Test(arguments: [FleetWorker.python, .swift])
  func `copies go through workers, both ways`(worker: FleetWorker) async throws {
    try await TemporaryFolder.withFolder { folder in
      let bytes = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) })
      try bytes.write(to: folder.appending(path: "data"))
      // The user of the hosts is another one.
      unsafe chmod(folder.path, 0o777)
      let report = try await self.withFleet(worker, of: 3) { fleet, _ in
        let put = await fleet.put([folder.path + "/data"], to: folder.path + "/on-{host}")
        try put.throwOnFailure()
        return await fleet.get([folder.path + "/on-{host}"], to: folder.path + "/back")
      }
      try report.throwOnFailure()
      for result in report.results {
        let path = folder.path + "/back/\(result.host)/on-\(result.host)"
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
      }
    }
  }

  @Test(arguments: [FleetWorker.python, .swift])
  func `fifty hosts share nothing but their pace`(worker: FleetWorker) async throws {
    try await self.withFleet(worker, of: 50) { fleet, _ in
      for _ in 0..<2 {
        let report = await fleet.run("echo {rank}", window: 50)
        #expect(report.results.map { $0.result.stdout.text } == (0..<50).map { "\($0)\n" })
        #expect(report.results.allSatisfy { $0.result.statistics.usage != nil })
      }
    }
  }

  @Test func `cancelling ends what runs, also what left its group`() async throws {
    let mark = "fleet-\(UUID())"
    try await self.withFleet(.python, of: 4) { fleet, _ in
      let command = Command.shell("setsid sleep 1000 & sleep 1000").with {
        $0.environment = ["MARK": mark]
      }
      let task = Task { await fleet.run(command) }
      let hasStarted = try await eventually(within: .seconds(30)) {
        try ProcessTable.processesLeft(matching: mark).count >= 8
      }
      #expect(hasStarted)
      task.cancel()
      let report = await task.value
      #expect(report.totals == ["cancelled": 4])
      let isEmpty = try await ProcessTable.isEmpty(of: mark)
      #expect(isEmpty)
    }
  }

  @Test func `a host without Python is worked on without a worker, and a record says why`()
    async throws
  {
    let log = RecordedLog()
    try await self.withConnections { connections, hosts in
      let opener = GatewayOpener(
        host: hosts[0],
        interpreters: [.python(["/nowhere/python3"])],
        connections: connections,
        logger: Logger(label: "test") { _ in log }
      )
      guard case .ssh = await opener.open() else {
        Issue.record("a worker without an interpreter")
        return
      }
    }
    let message = try #require(log.messages.first)
    #expect(message.hasPrefix("no worker on host-0001: "))
    #expect(message.contains("/nowhere/python3"))
  }

  @Test func `idle gateways are closed, and opened again`() async throws {
    try await self.withConnections({ $0.idleTimeout = .milliseconds(50) }) { connections, hosts in
      let gateways = GatewayConnections(.python, connections: connections)
      let fleet = Fleet(hosts.prefix(1), gateways: gateways)
      let parent = "echo $PPID; ps -o ppid= -p $PPID"
      let first = await fleet.run(parent).results[0].result.stdout.lines
      let worker = try #require(first.last.flatMap { Int32($0.filter(\.isNumber)) })
      #expect(try await eventually(within: .seconds(20)) { !ProcessTable.isAlive(worker) })
      let second = await fleet.run(parent).results[0].result.stdout.lines
      #expect(second.count == 2 && second != first)
      await gateways.close()
    }
  }

  @Test func `closing while a gateway is opened leaves nothing open`() async throws {
    try await self.withConnections { connections, hosts in
      let gateways = GatewayConnections(.python, connections: connections)
      let process = gateways.launch(Command("sleep", "1000"), on: hosts[0])
      await gateways.close()
      let outcome = await process.waitUncancelled().outcome
      #expect(["lost", "unreachable", "not-started"].contains(outcome.word))
    }
  }

  @Test func `the gateways of a group are a fleet`() async throws {
    try await withGroup(["popen*3", "popen//id=other"]) { group in
      let report = await Fleet(group).run("echo {host}")
      let names = report.results.map { $0.result.stdout.trimmedText }
      #expect(names == ["gw0", "gw1", "gw2", "other"])
      let gone = Fleet([Host("gone", transport: .local)], launcher: GroupLauncher(group: group))
      #expect(await gone.run("true").results[0].outcome.word == "not-started")
    }
  }
}

/// Keeps log records.
private final class RecordedLog: LogHandler, Sendable {
  private let kept = Mutex<[String]>([])

  var messages: [String] { self.kept.withLock { $0 } }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) { self.kept.withLock { $0.append("\(event.message)") } }
}
