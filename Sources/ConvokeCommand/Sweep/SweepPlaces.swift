import ConvokeGateway
import ConvokeHosts

/// Where combinations are executed: hosts, and gateways that are told by specifications.
struct SweepPlaces {
  /// The hosts, those that stand for gateways included; none are this machine.
  private(set) var hosts: [Host] = []
  /// The specifications of gateways, by the hosts that stand for them: those that a gateway goes
  /// through first, its own last.
  private(set) var specs: [Host: [GatewaySpec]] = [:]

  /// Reads what `-w` says, or else the file.
  ///
  /// - Throws: ``UsageError`` that names what is wrong.
  init(
    _ targets: TargetOptions,
    _ inFile: String?,
    _ configuration: Configuration
  ) async throws {
    let written = targets.hosts.isEmpty ? inFile.map { [$0] } ?? [] : targets.hosts
    var names: [String] = []
    var members: [GatewayMember] = []
    for text in written {
      guard GatewayTargetOptions.isSpecification(text) else {
        names.append(text)
        continue
      }
      members += try GatewayTargetOptions.expand(text, option: "--hosts").map { spec in
        GatewayMember(label: GatewayTargetOptions.label(of: spec), spec: spec)
      }
    }
    if !names.isEmpty {
      var plain = targets
      plain.hosts = names
      self.hosts = Array(try await plain.resolve(configuration))
    }
    members = GatewayTargetOptions.numbered(members)
    for member in members {
      let host = Host(member.label, transport: .local)
      self.hosts.append(host)
      self.specs[host] = try Self.chain(to: member.spec, members)
    }
  }

  // The gateways that one goes through, and it itself.
  private static func chain(
    to spec: GatewaySpec,
    _ members: [GatewayMember]
  ) throws -> [GatewaySpec] {
    var chain = [spec]
    while let id = chain[0].via ?? chain[0].installVia {
      guard let base = members.first(where: { $0.spec.id == id }) else {
        throw UsageError("--hosts: '\(spec.text)' goes through '\(id)', which -w does not name")
      }
      guard chain.count <= members.count else {
        throw UsageError("--hosts: '\(spec.text)' goes through itself")
      }
      chain.insert(base.spec, at: 0)
    }
    return chain
  }
}
