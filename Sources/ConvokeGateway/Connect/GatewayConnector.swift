import ConvokeProcess
import ConvokeWire
import Synchronization

/// Opens gateways: starts the worker, sends it its program and waits for its answer.
struct GatewayConnector: Sendable {
  let options: GatewayOptions
  /// Finds a gateway of the group by its identifier, for `via` and `installvia`.
  let lookUp: @Sendable (String) throws(GatewayError) -> Gateway

  func open(_ spec: GatewaySpec, id: String) async throws -> Gateway {
    guard self.options.outputHandler == nil, let logger = self.options.logger else {
      return try await self.openGateway(spec, id: id)
    }
    var options = self.options
    options.outputHandler = OutputLog(logger, gateway: id, spec).handler
    return try await GatewayConnector(options: options, lookUp: self.lookUp)
      .openGateway(spec, id: id)
  }

  private func openGateway(
    _ spec: GatewaySpec,
    id: String,
    hasShortcut: Bool = true
  ) async throws -> Gateway {
    let swift: SwiftStart?
    do {
      swift = try await SwiftStart.prepare(spec, self.options, hasShortcut: hasShortcut)
    } catch {
      throw self.explained(error, spec, id, ending: nil)
    }
    let (link, worker) = try await self.connect(spec, swift: swift)
    do {
      return try await self.bootstrap(spec, id, OpeningLink(link), worker, swift)
    } catch {
      link.close()
      let ending = await worker?.waitForEnd(within: .milliseconds(300))
      await worker?.kill()
      // The file that was trusted may be damaged: the long way looks at it first.
      if error is SwiftStart.Silence, swift?.shortcut != nil, ending?.contains("code 255") != true {
        return try await self.openGateway(spec, id: id, hasShortcut: false)
      }
      let reason = (error as? SwiftStart.Silence)?.reason ?? error
      throw self.explained(reason, spec, id, ending: ending)
    }
  }

  private func connect(
    _ spec: GatewaySpec,
    swift: SwiftStart?
  ) async throws -> (any GatewayLink, (any GatewayWorker)?) {
    if let via = spec.via {
      return try await TunnelLink.open(through: try self.lookUp(via), spec, swift: swift)
    }
    if let words = WorkerCommand.words(for: spec, swift: swift) {
      // The sentences of a given client are read by whoever gave it: untranslated.
      let changes = spec.client == nil ? [:] : ["LC_ALL": "C"]
      return try Self.start(words, environment: changes, self.options)
    }
    if case .socket(let host, let port) = spec.connection {
      var socket = try await SocketConnector.connect(
        to: host,
        port,
        within: self.options.openTimeout
      )
      if let security = spec.security {
        let connector = SecureConnector(security: security, options: self.options)
        socket = try await connector.secure(socket, host: host)
      }
      return (DescriptorLink(input: socket, output: socket), nil)
    }
    guard let id = spec.installVia else {
      throw GatewayError(.badSpecification, "the specification '\(spec)' names no connection")
    }
    let address = try await InstalledServer.start(on: try self.lookUp(id), self.options.openTimeout)
    let socket = try await SocketConnector.connect(
      to: address.host,
      address.port,
      within: self.options.openTimeout
    )
    return (DescriptorLink(input: socket, output: socket), nil)
  }

  static func start(
    _ words: [String],
    environment: [String: String?],
    _ options: GatewayOptions
  ) throws -> (any GatewayLink, (any GatewayWorker)?) {
    let (down, up) = try Self.makeStreams()
    Descriptor.enlarge(up.write)
    let command = Command(arguments: words).with {
      $0.environment = environment
      $0.handover = Command.Handover(input: down.read, output: up.write)
      $0.stderr.keep = OutputOptions.Keep(head: 4096, tail: 4096)
      $0.stderr.chunkHandler = { chunk in
        if let handler = options.outputHandler {
          handler(chunk)
        } else {
          StandardError.write(chunk.bytes)
        }
      }
      $0.accepting = .all
      // A worker that is ended here had its time before.
      $0.termination = .immediate
      $0.killsGroupAtEnd = true
    }
    let process = command.launch()
    return (DescriptorLink(input: up.read, output: down.write), LocalWorker(process: process))
  }

  private typealias Stream = (read: Int32, write: Int32)

  // Sockets carry large items down fastest, a pipe many small writes of a Python worker up.
  private static func makeStreams() throws(GatewayError) -> (down: Stream, up: Stream) {
    guard let down = Descriptor.makeStream() else { throw self.noDescriptor }
    if let up = Descriptor.makePipe() { return (down, up) }
    Descriptor.close(down.read)
    Descriptor.close(down.write)
    throw self.noDescriptor
  }

  private static var noDescriptor: GatewayError {
    GatewayError(.notStarted, "no descriptor is left for a worker; raise ulimit -n")
  }

  private func bootstrap(
    _ spec: GatewaySpec,
    _ id: String,
    _ link: OpeningLink,
    _ worker: (any GatewayWorker)?,
    _ swift: SwiftStart?
  ) async throws -> Gateway {
    link.open()
    try await swift?.bringUp(link, within: self.options.openTimeout)
    let (heartbeat, limit) = (self.options.heartbeat, self.options.openTimeout)
    let gateway = Gateway(id: id, spec: spec, link: link, worker: worker, options: self.options)
    // An interpreter would take it for more of its program.
    let saysHelloAtOnce = swift != nil && !self.options.usesExecnetWorkers
    try gateway.together {
      let line = Bootstrap.line(for: spec, id: id, options: self.options)
      link.write { $0 += line }
      if saysHelloAtOnce { try gateway.sendHello(heartbeat: heartbeat) }
    }
    try await link.waitForGreeting(within: limit)
    gateway.start()
    if !self.options.usesExecnetWorkers {
      if !saysHelloAtOnce { try gateway.sendHello(heartbeat: heartbeat) }
      try await gateway.waitForHello(heartbeat: heartbeat, within: limit)
    }
    try await gateway.setUp()
    if let logger = self.options.logger, spec.language == .swift {
      try gateway.forwardRecords(to: logger)
    }
    if let metrics = self.options.metrics, spec.language == .swift {
      try gateway.forwardMeasurements(to: metrics)
    }
    return gateway
  }

  private func explained(
    _ error: any Error,
    _ spec: GatewaySpec,
    _ id: String,
    ending: String?
  ) -> any Error {
    guard let known = error as? GatewayError else { return error }
    var message = "gateway \(id) (\(spec)) was not opened: \(known.message)"
    if let ending { message += "; its process \(ending)" }
    let isSSH = if case .ssh = spec.connection { true } else { false }
    let code: GatewayError.Code =
      isSSH && ending?.contains("code 255") == true ? .hostNotFound : known.code
    var explained = GatewayError(code == .gatewayLost ? .notStarted : code, message)
    let words = ending?.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
    explained.processErrors = words.flatMap { $0.count == 2 ? String($0[1]) : nil }
    return explained
  }
}
