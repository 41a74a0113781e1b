import ConvokeHosts
import ConvokeProcess
import ConvokeSSH

extension Fleet {
  /// Makes a port of this machine lead to every host, for the length of a scope.
  ///
  /// The hosts are connected to one after the other. A host that is this machine has no port to
  /// forward: the body gets the port asked for.
  ///
  /// - Parameters:
  ///   - target: The machine to lead to, as the hosts call it.
  ///   - port: The port to lead to.
  ///   - body: What to do while the forwarding exists; gets the ports of this machine, in the order
  ///     of the hosts.
  /// - Returns: What the body returns.
  /// - Throws: `Failure` if a host cannot be reached or forbids it; what the body throws.
  public func withLocalForwards<Success>(
    to target: String = "localhost",
    _ port: Int,
    _ body: ([Int]) async throws -> Success
  ) async throws -> Success {
    try await self.nest(.local, self.hosts[...], [], target, port, body)
  }

  /// Makes a port of every host lead to a port that this machine can reach, for a scope.
  ///
  /// The hosts are connected to one after the other.
  ///
  /// - Parameters:
  ///   - target: The machine to lead to, as this machine calls it.
  ///   - port: The port to lead to.
  ///   - body: What to do while the forwarding exists; gets the ports of the hosts, in their order.
  /// - Returns: What the body returns.
  /// - Throws: `Failure` if a host cannot be reached or forbids it; what the body throws.
  public func withRemoteForwards<Success>(
    to target: String = "localhost",
    _ port: Int,
    _ body: ([Int]) async throws -> Success
  ) async throws -> Success {
    try await self.nest(.remote, self.hosts[...], [], target, port, body)
  }

  private enum Direction { case local, remote }

  /// Opens one scope inside the other.
  private func nest<Success>(
    _ direction: Direction,
    _ hosts: ArraySlice<Host>,
    _ ports: [Int],
    _ target: String,
    _ port: Int,
    _ body: ([Int]) async throws -> Success
  ) async throws -> Success {
    guard let host = hosts.first else { return try await body(ports) }
    let rest = hosts.dropFirst()
    if host.transport == .local {
      return try await self.nest(direction, rest, ports + [port], target, port, body)
    }
    let gateways = self.launcher as? GatewayConnections
    guard let connections = gateways?.connections ?? self.launcher as? SSHConnections else {
      throw Failure(.sshFailed, "the fleet of \(host) has no ssh connections")
    }
    switch direction {
    case .local:
      return try await connections.withLocalForward(through: host, to: target, port) { here in
        try await self.nest(direction, rest, ports + [here], target, port, body)
      }
    case .remote:
      return try await connections.withRemoteForward(on: host, to: target, port) { there in
        try await self.nest(direction, rest, ports + [there], target, port, body)
      }
    }
  }
}
