import ConvokeGateway
import ConvokeHosts
import ConvokeProcess
import ConvokeServices

/// Runs commands through the gateways of a group; a host stands for the gateway with its name.
struct GroupLauncher: Launcher {
  let group: GatewayGroup

  /// The hosts that stand for the gateways, in the order of these.
  var hosts: [Host] { self.group.gateways.map { Host($0.id, transport: .local) } }

  /// Runs a command to its end.
  func run(_ command: Command, on host: Host) async -> ProcessResult {
    if let gateway = self.group[host.name] { return await gateway.run(command) }
    return await RunningProcess.run(RunningProcess(command, host: host.name)) { self.refuse($0) }
  }

  /// Starts a command.
  func launch(_ command: Command, on host: Host) -> RunningProcess {
    if let gateway = self.group[host.name] { return gateway.launch(command) }
    let process = RunningProcess(command, host: host.name)
    self.refuse(process)
    return process
  }

  private func refuse(_ process: RunningProcess) {
    let name = process.host ?? ""
    process.didEnd(.outcome(.notStarted("there is no gateway '\(name)' in the group")))
  }
}
