import Convoke
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation

/// Runs a command on many hosts, first without and then with open connections.
///
/// `WarmFanout HOSTS CONFIG ROUNDS [COMMAND]` prints `cold SECONDS` for the first time and
/// `warm SECONDS` for each further round. HOSTS is a host set. With `WORKER` set to `python` or `swift` the
/// commands go through gateways, with `PLAIN` each is an ssh process.
@main
struct WarmFanout {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 3, let rounds = Int(arguments[3]) else {
      print("usage: WarmFanout HOSTS CONFIG ROUNDS [COMMAND]")
      exit(2)
    }
    var settings = SSHSettings()
    settings.configFile = arguments[2]
    if ProcessInfo.processInfo.environment["PLAIN"] != nil { settings.multiplexing = .off }
    let connections = SSHConnections(settings)
    let worker = ProcessInfo.processInfo.environment["WORKER"].flatMap(FleetWorker.init) ?? .none
    let gateways = GatewayConnections(worker, connections: connections)
    let hosts = Array(try HostSet(arguments[1]))
    let command = Command.shell(arguments.count > 4 ? arguments[4] : "true")
    for round in 0...rounds {
      let start = ContinuousClock.now
      let failures =
        worker == .none
        ? await self.run(command, hosts, connections)
        : await self.run(command, Fleet(hosts, gateways: gateways))
      let time = start.duration(to: .now) / .seconds(1)
      print(round == 0 ? "cold" : "warm", String(format: "%.3f", time))
      for failure in failures { print(failure) }
    }
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    print(text.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? "")
    await gateways.close()
    await connections.close()
  }

  private static func run(_ command: Command, _ fleet: Fleet) async -> [String] {
    let report = await fleet.run(command, window: fleet.hosts.count)
    return report.failures.map { "\($0.host): \($0.outcome)" }
  }

  private static func run(
    _ command: Command,
    _ hosts: [ConvokeHosts.Host],
    _ connections: SSHConnections
  ) async -> [String] {
    await withTaskGroup(of: String?.self) { group in
      for host in hosts {
        group.addTask {
          let result = await connections.run(command, on: host)
          if result.isOK { return nil }
          return "\(host): \(result.outcome) \(result.stderr.trimmedText)"
        }
      }
      return await group.reduce(into: []) { failures, failure in
        if let failure { failures.append(failure) }
      }
    }
  }
}
