package import ConvokeGateway
package import ConvokeHosts
package import ConvokeProcess
public import ConvokeSSH
public import Logging
import Synchronization

/// The gateways to the hosts of a fleet: one for each host, opened when it is first needed.
///
/// The connections are made as those without workers are: by the same ssh with the same settings, with
/// the same pace and the same failures. A host on which no worker can be started is worked on without
/// one; a log record says why.
///
/// ```swift
/// let gateways = GatewayConnections(.python)
/// let report = await Fleet(try HostSet("node[1-64]"), gateways: gateways).run("make check")
/// await gateways.close()
/// ```
///
/// All gateways end with ``close()`` or with the program, however it ends; what runs through them ends, too.
public final class GatewayConnections: Sendable {
  /// Which workers are started.
  public let worker: FleetWorker
  /// The connections that say how hosts are reached, and run commands where there is no worker.
  public let connections: SSHConnections

  private let logger: Logger?
  // The kinds of worker to try, once somebody needs one.
  private let interpreters = Mutex<[GatewaySpec.Interpreter]?>(nil)
  // The gateways that are told by specifications, by the hosts that stand for them.
  private let specs: [Host: [GatewaySpec]]
  private let hosts = Mutex<[Host: HostGateway]>([:])

  /// Makes an empty set of gateways; nothing is started yet.
  ///
  /// - Parameters:
  ///   - worker: Which workers to start.
  ///   - connections: How hosts are reached; also for how long idle gateways stay open.
  ///   - logger: Gets a warning for each host on which a worker could not be started, and one for a
  ///     worker that is missing on this machine.
  public convenience init(
    _ worker: FleetWorker,
    connections: SSHConnections = .shared,
    logger: Logger? = nil
  ) {
    self.init(worker, specs: [:], connections: connections, logger: logger)
  }

  /// Makes an empty set of gateways, of which some are told by specifications.
  ///
  /// - Parameters:
  ///   - worker: Which workers to start on hosts without a specification.
  ///   - specs: The specifications, by the hosts that stand for them: those that a gateway goes through
  ///     first, its own last.
  ///   - connections: How the other hosts are reached; also for how long idle gateways stay open.
  ///   - logger: Gets a warning for each host on which a worker could not be started, and one for a
  ///     worker that is missing on this machine.
  package init(
    _ worker: FleetWorker,
    specs: [Host: [GatewaySpec]],
    connections: SSHConnections,
    logger: Logger?
  ) {
    self.worker = worker
    self.specs = specs
    self.connections = connections
    self.logger = logger
  }

  /// Ends all gateways and what runs through them, and waits for that; the connections stay.
  public func close() async {
    let hosts = self.hosts.withLock { hosts in
      defer { hosts = [:] }
      return Array(hosts.values)
    }
    await withTaskGroup(of: Void.self) { group in
      for host in hosts { group.addTask { await host.close() } }
    }
  }

  private func hasWorker(_ host: Host) -> Bool {
    self.specs[host] != nil || (host.transport == .ssh && self.worker != .none)
  }

  // What no host can get is said once, and not once for each of them.
  private var usableInterpreters: [GatewaySpec.Interpreter] {
    self.interpreters.withLock { known in
      if let known { return known }
      let usable = self.worker.interpreters.filter { kind in
        guard let problem = kind.localProblem() else { return true }
        self.logger?.warning("no host gets a worker in \(kind.language.rawValue): \(problem)")
        return false
      }
      known = usable
      return usable
    }
  }

  private func gateway(to host: Host) -> HostGateway {
    self.hosts.withLock { hosts in
      if let known = hosts[host] { return known }
      let opener = GatewayOpener(
        host: host,
        interpreters: self.usableInterpreters,
        chain: self.specs[host].map { GatewayChain($0) },
        connections: self.connections,
        logger: self.logger
      )
      let gateway = HostGateway(opener)
      hosts[host] = gateway
      return gateway
    }
  }
}

extension GatewayConnections: Launcher {
  /// Runs a command on a host to its end.
  package func run(_ command: Command, on host: Host) async -> ProcessResult {
    guard self.hasWorker(host) else {
      return await self.connections.run(command, on: host)
    }
    let process = RunningProcess(command, host: host.description)
    return await RunningProcess.run(process) { self.gateway(to: host).begin($0) }
  }

  /// Starts a command on a host.
  package func launch(_ command: Command, on host: Host) -> RunningProcess {
    guard self.hasWorker(host) else {
      return self.connections.launch(command, on: host)
    }
    let process = RunningProcess(
      command.withStreamInput,
      host: host.description,
      isInteractive: true
    )
    self.gateway(to: host).begin(process)
    return process
  }
}
