import ConvokeFleet
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH

/// Shows what a call would do, hosts, routes and commands, without contacting any host.
struct DryRun {
  let call: FleetCall

  /// Shows the commands of an action.
  ///
  /// - Throws: ``UsageError`` if a value cannot be inserted into the command of some host.
  func show(_ action: FleetAction) async throws {
    let console = Console.shared
    await console.print("# hosts: \(HostSet(self.call.hosts).folded) (\(self.call.hosts.count))")
    await console.print("# at a time: \(self.call.options.window)")
    for (host, command) in action.commands(on: self.call.hosts) {
      let command: Command = try {
        do {
          return try command.get()
        } catch {
          throw UsageError("\(host): \(error)")
        }
      }()
      await console.print(await self.text(host, command))
    }
  }

  private func text(_ host: Host, _ command: Command) async -> String {
    let line = self.decorated(command)
    guard host.transport == .ssh else { return "\(host): on this machine\n  \(line)" }
    let words = self.call.settings.commandLine(
      for: host,
      line,
      hasTerminal: command.terminal != nil
    )
    let route = await SSHRoute.resolve(words)
    return "\(host): \(route?.description ?? "over ssh")\n  \(Command(arguments: words))"
  }

  // The command with what surrounds it, as a line that can be pasted.
  private func decorated(_ command: Command) -> String {
    var parts: [String] = []
    if let directory = command.directory { parts.append("cd \(ShellQuoting.quote(directory)) &&") }
    if let mask = command.umask { parts.append("umask \(String(mask, radix: 8)) &&") }
    for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
      parts.append(value.map { "export \(name)=\(ShellQuoting.quote($0));" } ?? "unset \(name);")
    }
    if command.niceness != 0 { parts.append("nice -n \(command.niceness)") }
    return (parts + [command.description]).joined(separator: " ")
  }
}
