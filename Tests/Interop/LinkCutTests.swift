import ConvokeGateway
import ConvokeWire
import Testbed
import Testing

/// Gateways over ssh to a host whose cable is pulled: packets vanish, and nobody is told.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LinkCutTests {
  private static let works: [(name: String, source: String)] = [
    ("idle", "channel.receive()"),
    ("busy", "while True: pass"),
    ("sending", "while True: channel.send(b'x' * 100000)"),
    (
      "deaf to interrupts",
      """
      while True:
          try:
              while True: pass
          except BaseException: pass
      """
    ),
  ]

  /// A worker on the host and one behind it, at work; both can be found by the mark.
  private static func withWorkers(
    _ fleet: NetworkFleet,
    heartbeat: Duration,
    source: String,
    _ body: (GatewayGroup, Channel, _ mark: String) async throws -> Void
  ) async throws {
    let mark = "CUT_MARK=\(UInt64.random(in: 0...UInt64.max))"
    let python = "//python=env \(mark) python3"
    var options = GatewayOptions()
    options.heartbeat = heartbeat
    options.closeTimeout = .seconds(1)
    let host = fleet.hostNames[0]
    let specs = [
      "ssh=\(host)//ssh_config=\(fleet.configFile)//id=near\(python)", "popen//via=near\(python)",
    ]
    try await withGroup(specs, options: options) { group in
      let children = try group.execute(
        .python("import subprocess; channel.send(subprocess.Popen(['sleep', '1000']).pid)")
      )
      #expect(try await children.receiveEach().count == 2)
      _ = try group[1].execute(.python(source))
      let channel = try group[0].execute(.python(source))
      // The local ssh program is no part of what must be gone over there.
      let isThere = try await eventually { try Self.left(mark).count == 4 }
      #expect(isThere)
      try await body(group, channel, mark)
    }
  }

  /// The processes of the host with the mark in their environment or command line.
  private static func left(_ mark: String) throws -> [Int32] {
    try ProcessTable.processesLeft(matching: mark).filter { !ProcessTable.isHere($0) }
  }

  @Test(arguments: LinkCutTests.works.indices)
  func `heartbeats find a cut link, on both sides of it`(work: Int) async throws {
    try await NetworkFleet.withNetworkFleet(hosts: 1) { fleet in
      try await Self.withWorkers(
        fleet,
        heartbeat: .milliseconds(300),
        source: Self.works[work].source
      ) { group, channel, mark in
        try await fleet.cut(fleet.hostNames[0])
        let error = await #expect(throws: GatewayError.self) {
          while true { _ = try await channel.receive() }
        }
        #expect(error?.code == .gatewayLost)
        #expect(error?.message.contains("nothing was heard") == true, "\(error as Any)")
        #expect(await group[1].join(within: .seconds(20)))
        // Nothing goes over the cable: the workers end by themselves, with all they started.
        let isGone = try await eventually(within: .seconds(40)) { try Self.left(mark).isEmpty }
        #expect(isGone, "\((try? Self.left(mark)) ?? []) are left")
        await group.terminate(within: .seconds(1))
        #expect(group.count == 0)
      }
    }
  }

  @Test func `ending gateways whose link is cut ends, and leaves nothing once it is healed`()
    async throws
  {
    try await NetworkFleet.withNetworkFleet(hosts: 1) { fleet in
      // So rare a heartbeat plays no part.
      try await Self.withWorkers(fleet, heartbeat: .seconds(60), source: Self.works[1].source) {
        group,
        channel,
        mark in
        try await fleet.cut(fleet.hostNames[0])
        await group.terminate(within: .seconds(1))
        #expect(group.count == 0)
        #expect(channel.isClosed)
        let clients = try ProcessTable.processesLeft(matching: mark).filter(ProcessTable.isHere)
        #expect(clients.isEmpty)
        try await fleet.heal(fleet.hostNames[0])
        let isGone = try await eventually(within: .seconds(60)) { try Self.left(mark).isEmpty }
        #expect(isGone, "\((try? Self.left(mark)) ?? []) are left")
      }
    }
  }
}
