import ConvokeHosts
import ConvokeProcess

/// The command lines of the ssh client.
struct SSHInvocation {
  let settings: SSHSettings
  let host: Host

  /// The master of a connection: it logs in, serves the control socket and runs nothing.
  func master(socket: String) -> Command {
    var arguments = self.common
    arguments += ["-M", "-N", "-T", "-S", socket]
    if let persist = self.settings.persist {
      arguments += ["-f", "-o", "ControlPersist=\(Self.seconds(persist))"]
    } else {
      arguments += ["-o", "ControlPersist=no"]
    }
    // Forwardings of the configuration are for sessions of people; each would be set up here again.
    arguments += ["-o", "ClearAllForwardings=yes"]
    // Its control socket goes with the directory; there is nothing for it to tidy up.
    return self.command(arguments + self.target).with { $0.termination = .immediate }
  }

  /// One command line on the host, without a master.
  func plain(_ line: String, hasTerminal: Bool) -> Command {
    var arguments = self.common
    arguments += ["-o", "ControlPath=none", "-o", "ClearAllForwardings=yes"]
    arguments += [hasTerminal ? "-tt" : "-T", "-e", "none"]
    return self.command(arguments + self.target + [line])
  }

  /// A request to the master behind a control socket, such as `forward` or `cancel`.
  func control(_ request: String, socket: String, _ arguments: [String]) -> Command {
    self.command(self.common + ["-S", socket, "-O", request] + arguments + self.target).with {
      $0.deadline = self.settings.connectTimeout
    }
  }

  private var common: [String] {
    let settings = self.settings
    var arguments = [settings.executable]
    if let file = settings.configFile { arguments += ["-F", file] }
    // The first value of an option wins: what the host says, what the settings say, the defaults.
    for (name, value) in self.host.options.sorted(by: { $0.key < $1.key }) {
      arguments += ["-o", "\(name)=\(value)"]
    }
    for option in settings.options { arguments += ["-o", "\(option.name)=\(option.value)"] }
    if let file = settings.identityFile { arguments += ["-i", file] }
    if let user = self.host.user ?? settings.user { arguments += ["-l", user] }
    if let port = self.host.port ?? settings.port { arguments += ["-p", String(port)] }
    if settings.isTestbed {
      arguments += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
      arguments += ["-o", "GlobalKnownHostsFile=/dev/null"]
    }
    if settings.isBatch { arguments += ["-o", "BatchMode=yes"] }
    let fixed = [
      "ConnectTimeout=\(Self.seconds(settings.connectTimeout))",
      "ServerAliveInterval=\(Self.seconds(settings.keepAlive))",
      "ServerAliveCountMax=\(settings.keepAliveCount)",
      "LogLevel=ERROR", "RemoteCommand=none", "ForwardX11=no",
    ]
    return arguments + fixed.flatMap { ["-o", $0] }
  }

  private var target: [String] { ["--", self.host.name] }

  private func command(_ arguments: [String]) -> Command {
    Command(arguments: arguments).with { command in
      // The sentences of ssh are read here, so they must be the untranslated ones.
      command.environment = ["LC_ALL": "C"]
      command.stdout.keep = .init(head: 4096, tail: 4096)
      command.stderr.keep = .init(head: 8192, tail: 8192)
      command.termination = TerminationSequence([.init(.terminate, wait: .seconds(1))])
    }
  }

  /// The whole seconds of a duration, at least one: ssh counts in nothing smaller.
  private static func seconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return max(1, attoseconds > 0 ? seconds + 1 : seconds)
  }
}
