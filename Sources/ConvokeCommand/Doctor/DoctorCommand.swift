import ArgumentParser
import ConvokeHosts
import ConvokeProcess
import ConvokeSSH

/// `convoke doctor`: what is wrong with a host, this machine or the configuration.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Finds out why a host cannot be worked on, and what to do.",
    discussion: """
      Checks this machine, and of each host its name, port, key, login, shell, clock, limits, \
      tools for copies and the cost of the key exchange.

      EXAMPLES
        convoke doctor
        convoke doctor node1 'node[7-9]'
        convoke doctor --config

      EXIT STATUS
        0 all is well or only warnings, 1 this machine has a problem, 3 a host has one.
      """
  )

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Flag(help: "Show the effective configuration, and where each value comes from.")
  var config = false

  @Flag(help: "Write an object for each finding as JSON Lines.")
  var json = false

  @Argument(help: "Host sets.")
  var hosts: [String] = []

  /// Examines and leaves with the status.
  func run() async throws {
    let configuration = try Configuration()
    if self.config { return await ConfigurationListing(configuration, isJSON: self.json).show() }
    let settings = try self.connection.settings(configuration)
    var hosts = HostSet()
    if !self.hosts.isEmpty {
      var targets = TargetOptions()
      targets.hosts = self.hosts
      targets.exclude = []
      targets.groups = try GroupOptions.parse([])
      hosts = try await targets.resolve(configuration)
    }
    let isWellHere = await self.show(LocalExamination.findings(), nil)
    let connections = SSHConnections(settings)
    var areWell = true
    for host in hosts {
      let findings = await HostExamination(host: host, connections: connections).findings()
      areWell = await self.show(findings, host) && areWell
    }
    await connections.close()
    if !areWell { throw ExitCode(ExitStatus.unreachable) }
    if !isWellHere { throw ExitCode(ExitStatus.failed) }
  }

  // Whether there was no failure.
  private func show(_ findings: [Finding], _ host: Host?) async -> Bool {
    let console = Console.shared
    if !self.json { await console.print(host.map { "\($0)" } ?? "this machine") }
    for finding in findings {
      if self.json {
        var line = JSONLine()
        line.add("schema", "convoke.doctor/1")
        line.add("host", host.map { "\($0)" })
        line.add("check", finding.check)
        line.add("level", finding.level.rawValue)
        line.add("message", finding.message)
        line.add("remedy", finding.remedy)
        await console.write(line.line)
      } else {
        let remedy = finding.remedy.map { "\n             → \($0)" } ?? ""
        let level = finding.level.rawValue.padding(to: 8)
        await console.print("  \(level) \(finding.check): \(finding.message)\(remedy)")
      }
    }
    return findings.allSatisfy { $0.level != .failure }
  }
}

extension String {
  /// The text with spaces after it, up to a width.
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - self.count))
  }
}
