import Convoke
import ConvokeHosts
import ConvokeProcess

// Each function is one of the samples of execo's documentation; docs/from-execo.md shows both.

/// Sends traffic in both directions between pairs of hosts; the servers end with the scope.
func trafficInBothDirections(
  over fleet: Fleet,
  server: String,
  client: String
) async throws -> FleetReport {
  let targets = fleet.hosts.reversed().map(\.name)
  return try await fleet.start(server, values: ["peer": fleet.hosts.map(\.name)]) { servers in
    _ = await servers.expect(/[Ll]istening/, within: .seconds(10))
    let clients = await fleet.run(client, values: ["targets": targets])
    let ended = try await servers.wait(within: .seconds(10))
    return FleetReport(
      name: "traffic",
      parts: [ended, clients],
      started: ended.started,
      ended: clients.ended
    )
  }
}

/// Logs in on the consoles of many hosts, word by word, all at the same time.
func logInEverywhere(to console: String, over fleet: Fleet) async throws -> [String] {
  try await fleet.start(console) { consoles in
    await consoles.write("\n")
    _ = await consoles.expect(/login: $/, within: .seconds(10))
    await consoles.write("root\n")
    _ = await consoles.expect(/Password: $/, within: .seconds(10))
    await consoles.write("secret\n")
    let answers = await consoles.expect("# ", within: .seconds(10))
    return try answers.map { try $0.get().text }
  }
}

/// Starts two fan-outs, does something else, and waits for each of them.
func twoAtOnce(_ first: Fleet, _ second: Fleet) async -> (FleetReport, FleetReport) {
  async let left = first.run("id -un; uname -s")
  async let right = second.run("cd /tmp; pwd")
  return await (left, right)
}

/// Has many sources talk to fewer destinations, in turn.
func mapSourcesToDestinations(_ sources: Fleet, _ destinations: [Host]) async -> [String] {
  let report = await sources.run(
    "echo {host} to {destination}",
    values: ["destination": destinations.map(\.name)]
  )
  return report.results.map(\.result.stdout.trimmedText)
}

/// Opens as many connections to each host as wanted, each with a peer chosen for it.
func manyConnections(_ fleet: Fleet, each count: Int, choose: ([Host]) -> Host) async -> FleetReport
{
  let hosts = fleet.hosts.flatMap { Array(repeating: $0, count: count) }
  let peers = hosts.map { _ in choose(fleet.hosts).name }
  let many = fleet.with(hosts: hosts)
  return await many.perform(.run("echo {peer}", values: ["peer": peers]).named("connections"))
}

/// Receives, watches and sends at the same time; the watcher is stopped when the sender is done.
func watchedTransfer(
  over fleet: Fleet,
  receive: String,
  watch: String,
  send: String
) async throws -> FleetReport {
  try await fleet.start(receive) { receivers in
    _ = await receivers.expect("ready", within: .seconds(10))
    return try await fleet.start(watch) { watchers in
      _ = await watchers.expect("watching", within: .seconds(10))
      let sent = await fleet.run(send)
      let watched = await watchers.terminate()
      let received = try await receivers.wait(within: .seconds(10))
      return FleetReport(name: "transfer", parts: [received, watched, sent])
    }
  }
}
