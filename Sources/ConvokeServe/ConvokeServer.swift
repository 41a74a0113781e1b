import ConvokeProcess
import Logging

/// A socket server for clients of execnet and of Convoke: one worker process for each connection.
public struct ConvokeServer: Sendable {
  /// What it does.
  public var options: ServeOptions

  /// Makes a server, which does not listen yet.
  ///
  /// - Parameter options: What it listens on, whom it lets in and what it runs for them.
  public init(_ options: ServeOptions) { self.options = options }

  /// Clients that have not yet said what they want; more are sent away.
  private static let openingLimit = 256

  /// Serves until the task is cancelled, then ends all workers.
  ///
  /// - Parameter listening: Called with the addresses once clients can connect, such as `[::1]:8888`.
  /// - Throws: ``ServeError`` when the server cannot start.
  public func run(listening: @Sendable ([String]) async -> Void = { _ in }) async throws {
    let security = try self.options.tls.map { try TLSRelay.Server($0) }
    let listeners = try await self.listen()
    let acceptor = Acceptor(listeners)
    let names = listeners.compactMap { SocketCalls.name(of: $0, isPeer: false) }
    await listening(names.map { Self.text($0) })
    let isOnce = self.options.isOnce
    let slots = WorkerSlots(self.options.maxClients) { if isOnce { acceptor.stop() } }
    let everybody = WorkerSlots(self.options.maxClients + Self.openingLimit) {}
    await withDiscardingTaskGroup { group in
      while let socket = await acceptor.next() {
        guard everybody.take() else {
          Descriptor.close(socket)
          continue
        }
        group.addTask {
          await self.serve(socket, security, slots)
          everybody.giveBack()
        }
      }
      if Task.isCancelled { group.cancelAll() }
    }
  }

  private func serve(_ socket: Int32, _ security: TLSRelay.Server?, _ slots: WorkerSlots) async {
    let peer = SocketCalls.name(of: socket, isPeer: true) ?? ("?", 0)
    let start = ContinuousClock.now
    let connection = Connection(
      options: self.options,
      security: security,
      slots: slots,
      socket: socket,
      peer: peer
    )
    let outcome = await connection.run()
    let seconds = start.duration(to: .now) / .milliseconds(1)
    var metadata: Logger.Metadata = [
      "peer": "\(Self.text(peer))", "seconds": "\((seconds).rounded() / 1000)",
    ]
    switch outcome {
    case .refused(let reason):
      self.options.logger.warning("refused: \(reason)", metadata: metadata)
    case .served(let worker, let how):
      metadata["worker"] = "\(worker ?? 0)"
      self.options.logger.info("done: \(how)", metadata: metadata)
    }
  }

  private static func text(_ name: (host: String, port: Int)) -> String {
    name.host.contains(":") ? "[\(name.host)]:\(name.port)" : "\(name.host):\(name.port)"
  }

  // MARK: - Listening

  private func listen() async throws -> [Int32] {
    let address = try ListenAddress(self.options.address)
    let sockets = await address.resolve()
    guard !sockets.isEmpty else {
      throw ServeError(.cannotListen, "the name '\(address.host)' is not known")
    }
    try self.checkSafety(sockets)
    var listeners: [Int32] = []
    var port = address.port
    var failure: ServeError?
    for socket in sockets {
      switch SocketCalls.listen(on: socket.with(port: port)) {
      case .success(let listener):
        listeners.append(listener)
        port = SocketCalls.name(of: listener, isPeer: false)?.port ?? port
      // A machine may know addresses of a family that it does not speak.
      case .failure(let error): failure = error
      }
    }
    if listeners.isEmpty {
      let reason = failure?.message ?? ""
      throw ServeError(.cannotListen, "cannot listen on \(self.options.address): \(reason)")
    }
    return listeners
  }

  private func checkSafety(_ sockets: [ListenAddress.Socket]) throws(ServeError) {
    let isGuarded = self.options.tls != nil || self.options.token != nil || self.options.isInsecure
    if isGuarded || sockets.allSatisfy(\.isLoopback) { return }
    throw ServeError(
      .unsafeAddress,
      "\(self.options.address) can be reached from other machines, and whoever reaches it can run "
        + "programs here: set --tls-cert, --tls-key and --tls-ca, or --token-file, or say --insecure"
    )
  }
}
