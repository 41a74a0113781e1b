public import ConvokeGateway
public import ConvokeHosts

extension Fleet {
  /// Makes a fleet of hosts whose commands are kept by workers.
  ///
  /// - Parameters:
  ///   - hosts: The hosts, in the order of their ranks; a host may be named several times.
  ///   - gateways: The gateways to use, opened as they are needed; they stay open after that.
  public init(_ hosts: some Sequence<Host>, gateways: GatewayConnections) {
    self.init(hosts, launcher: gateways)
  }

  /// Makes a fleet of the gateways of a group: each is a host, named by its identifier.
  ///
  /// Gateways that are opened later are not in it.
  ///
  /// - Parameter group: The group; its gateways must run processes: Python or Swift workers.
  public init(_ group: GatewayGroup) {
    let launcher = GroupLauncher(group: group)
    self.init(launcher.hosts, launcher: launcher)
  }
}
