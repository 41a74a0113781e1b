import ArgumentParser
import ConvokeGateway
import ConvokeHosts
import ConvokeSSH

/// A gateway to open, with the name that is shown.
struct GatewayMember: Sendable {
  /// The name, unique among those of a call.
  var label: String
  /// Where its worker runs, and how.
  var spec: GatewaySpec
}

/// Which gateways to open.
struct GatewayTargetOptions: ParsableArguments {
  @Option(
    name: [.customShort("w"), .customLong("workers")],
    help: ArgumentHelp(
      """
      The workers: gateway specifications such as popen//python=python3.8, local*4 or \
      ssh=node1//chdir=/tmp, or hosts to reach over ssh: node[1-64], @group; repeatable.
      """,
      valueName: "spec"
    )
  )
  var workers: [String] = []

  @OptionGroup var groups: GroupOptions

  /// The gateways that are meant.
  ///
  /// - Throws: ``UsageError`` that names the option and what is wrong.
  func resolve(
    _ configuration: Configuration,
    _ settings: SSHSettings
  ) async throws
    -> [GatewayMember]
  {
    let written = self.workers.isEmpty ? configuration[.hosts].map { [$0] } ?? [] : self.workers
    guard !written.isEmpty else {
      throw UsageError("no workers are given; name them with -w, for instance -w 'local*4'")
    }
    var members: [GatewayMember] = []
    for text in written {
      if Self.isSpecification(text) {
        members += try Self.expand(text).map { GatewayMember(label: Self.label(of: $0), spec: $0) }
      } else {
        members += try await self.hosts(text, configuration).map {
          GatewayMember(label: "\($0)", spec: Self.spec(for: $0, settings))
        }
      }
    }
    return Self.numbered(members)
  }

  static func isSpecification(_ text: String) -> Bool {
    text.contains("//") || text.contains("=") || text.hasPrefix("popen")
  }

  static func expand(
    _ text: String,
    option: String = "--workers"
  ) throws -> [GatewaySpec] {
    do {
      return try GatewaySpec.expand(text)
    } catch {
      throw UsageError("\(option): \(error.message)")
    }
  }

  private func hosts(_ text: String, _ configuration: Configuration) async throws -> HostSet {
    var targets = try TargetOptions.parse(["--hosts=\(text)"])
    targets.groups = self.groups
    return try await targets.resolve(configuration)
  }

  static func spec(for host: Host, _ settings: SSHSettings) -> GatewaySpec {
    if host.transport == .local {
      var spec = GatewaySpec(.local)
      spec.text = "local"
      return spec
    }
    var words: [String] = []
    if let file = settings.configFile { words += ["-F", file] }
    if let user = host.user ?? settings.user { words += ["-l", user] }
    if let port = host.port ?? settings.port { words += ["-p", "\(port)"] }
    if let file = settings.identityFile { words += ["-i", file] }
    if settings.isTestbed {
      words += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    }
    let seconds = max(1, Int(settings.connectTimeout.inSeconds.rounded(.up)))
    words += ["-o", "ConnectTimeout=\(seconds)"]
    for (name, value) in settings.options { words += ["-o", "\(name)=\(value)"] }
    var spec = GatewaySpec(.ssh(words + [host.name]))
    spec.text = "ssh=\(host)"
    return spec
  }

  static func label(of spec: GatewaySpec) -> String {
    if let id = spec.id { return id }
    if case .ssh(let words) = spec.connection, let host = words.last { return host }
    return spec.text
  }

  // Those with the same label get a number after its first segment; labels become the identifiers.
  static func numbered(_ members: [GatewayMember]) -> [GatewayMember] {
    let counts = members.reduce(into: [String: Int]()) { $0[$1.label, default: 0] += 1 }
    var next: [String: Int] = [:]
    return members.map { member in
      var member = member
      if member.spec.id == nil {
        if counts[member.label, default: 0] > 1 {
          let number = next[member.label, default: 0] + 1
          next[member.label] = number
          let end = member.label.firstRange(of: "//")?.lowerBound ?? member.label.endIndex
          member.label.insert(contentsOf: "\(number)", at: end)
        }
        member.spec.id = member.label
      }
      return member
    }
  }
}
