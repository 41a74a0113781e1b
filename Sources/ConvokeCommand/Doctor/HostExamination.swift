import ConvokeHosts
import ConvokeProcess
import ConvokeSSH

/// Checks one host, from its name to the tools on it.
struct HostExamination {
  let host: Host
  let connections: SSHConnections

  /// The findings, in the order of a connection; they end with the first failure.
  func findings() async -> [Finding] {
    guard self.host.transport == .ssh else { return await self.login() }
    let words = self.connections.settings.commandLine(for: self.host, ":")
    guard let route = await SSHRoute.resolve(words) else {
      let remedy = "try: \(Command(arguments: words))"
      return [.failure("configuration", "ssh -G fails for this host", remedy)]
    }
    var findings: [Finding] = [.ok("route", "\(route)")]
    if route.isDirect {
      findings += await NetworkProbe(address: route.address, port: route.port).findings()
    }
    guard findings.allSatisfy({ $0.level != .failure }) else { return findings }
    findings += await self.login()
    guard findings.allSatisfy({ $0.level != .failure }) else { return findings }
    return findings + [await self.noise(words), await self.keyExchange()]
  }

  // MARK: - Login and what is found there

  private func login() async -> [Finding] {
    let before = Timestamp.now.seconds
    let probe = Command.shell(HostExamination.script).with { $0.deadline = .seconds(30) }
    let result = await self.connections.run(probe, on: self.host)
    let after = Timestamp.now.seconds
    guard result.outcome.isSuccess else {
      let failure = result.outcome.failure
      let remedy = failure?.remedy ?? "try: ssh -v \(self.host) true"
      return [.failure("login", failure?.message ?? "the probe \(result.outcome)", remedy)]
    }
    var facts: [String: String] = [:]
    for line in result.stdout.lines {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { facts[parts[0]] = parts[1] }
    }
    let connecting = result.statistics.connecting.map { " in \(DurationText.describe($0))" } ?? ""
    let shell = facts["shell"].map { ", login shell \($0)" } ?? ""
    var findings: [Finding] = [
      .ok("login", "as \(facts["user"] ?? "?")\(connecting)\(shell), \(facts["system"] ?? "?")")
    ]
    findings.append(HostExamination.clock(facts["clock"], before, after))
    findings.append(HostExamination.openFiles(facts["nofile"]))
    if let server = facts["sshd"], !server.isEmpty {
      findings.append(
        .ok("sshd", "\(server); MaxStartups limits logins at a time, MaxSessions commands")
      )
    }
    for tool in ["sha256sum", "tar"] where facts[tool] == "" {
      findings.append(.warning("tools", "there is no \(tool)", "install it: copies need it"))
    }
    return findings
  }

  private static let script = """
    echo clock=$(date +%s.%N); echo user=$(id -un); echo shell=$SHELL; echo system=$(uname -srm); \
    echo nofile=$(ulimit -n); for t in sha256sum tar; do echo $t=$(command -v $t); done; \
    echo sshd=$(sed -n 's/^ *\\(MaxSessions\\|MaxStartups\\) /\\1 /p' /etc/ssh/sshd_config 2>/dev/null)
    """

  private static func clock(_ text: String?, _ before: Double, _ after: Double) -> Finding {
    guard let text, let remote = Double(text) else {
      return .warning("clock", "the clock cannot be read", "check that date +%s.%N works there")
    }
    // The answer was made somewhere between question and answer.
    let skew = remote < before ? remote - before : remote > after ? remote - after : 0
    let words = DurationText.describe(.seconds(abs(skew)))
    if abs(skew) < 1 { return .ok("clock", "less than \(max(1, Int(after - before) + 1)) s off") }
    let side = skew > 0 ? "ahead" : "behind"
    return .warning("clock", "\(words) \(side)", "run a time service such as chrony there")
  }

  private static func openFiles(_ text: String?) -> Finding {
    let limit = text ?? "?"
    guard let number = Int(limit), number < 1024 else {
      return .ok("nofile", "\(limit) open files")
    }
    return .warning("nofile", "only \(number) open files", "raise the limit in limits.conf there")
  }

  // MARK: - What plain ssh shows

  private func noise(_ words: [String]) async -> Finding {
    let result = await Command(arguments: words).with { $0.deadline = .seconds(30) }.run()
    let count = result.stdout.count + result.stderr.count
    guard count > 0 else { return .ok("shell", "the login shell says nothing by itself") }
    let sample = (result.stdout.trimmedText + result.stderr.trimmedText).prefix(60)
    let remedy = "let the start-up files of the shell write only in interactive sessions"
    return .warning("shell", "the login shell writes \(count) bytes: '\(sample)'", remedy)
  }

  private func keyExchange() async -> Finding {
    var fast = self.connections.settings
    fast.options.append(("KexAlgorithms", "curve25519-sha256"))
    let standard = await self.time(self.connections.settings)
    guard let standard, let quick = await self.time(fast) else {
      return .ok("key exchange", "curve25519 is not offered or refused")
    }
    let message =
      "a login takes \(DurationText.describe(standard)), with curve25519 \(DurationText.describe(quick))"
    guard quick * 1.5 < standard else { return .ok("key exchange", message) }
    return .warning("key exchange", message, "on a trusted network use --fast-kex")
  }

  private func time(_ settings: SSHSettings) async -> Duration? {
    let words = settings.commandLine(for: self.host, ":")
    let result = await Command(arguments: words).with { $0.deadline = .seconds(30) }.run()
    return result.outcome.isSuccess ? result.statistics.running : nil
  }
}
