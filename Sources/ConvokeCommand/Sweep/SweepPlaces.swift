import ConvokeGateway
import ConvokeHosts

/// Where combinations are executed: hosts, and gateways that are told by specifications.
struct SweepPlaces {
  /// The hosts, those that stand for gateways included; none are this machine.
  private(set) var hosts: [Host] = []
  /// The specifications of gateways, by the hosts that stand for them.
  private(set) var specs: [Host: GatewaySpec] = [:]

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
        guard spec.via == nil, spec.installVia == nil else {
          throw UsageError(
            "--hosts: '\(text)' goes through another gateway, which sweeps cannot do; let ssh do it, "
              + "with ProxyJump"
          )
        }
        return GatewayMember(label: GatewayTargetOptions.label(of: spec), spec: spec)
      }
    }
    if !names.isEmpty {
      var plain = targets
      plain.hosts = names
      self.hosts = Array(try await plain.resolve(configuration))
    }
    for member in GatewayTargetOptions.numbered(members) {
      let host = Host(member.label, transport: .local)
      self.hosts.append(host)
      self.specs[host] = member.spec
    }
  }
}
