import ConvokeServe
public import ConvokeSweep
import Glibc
import HummingbirdCore
import NIOCore
import NIOPosix

/// Shows the report of a sweep over HTTP, which changes in the reader's browser as the sweep goes on.
///
/// `GET /` is the page, `GET /events` the news that it has changed (server-sent events, each with the
/// number of combinations in each state as JSON). Nothing can be changed through it.
///
/// ```swift
/// let store = try SweepStore("results", options: SweepStoreOptions().with { $0.isReadOnly = true })
/// try await SweepServer(store).run { addresses in print(addresses) }
/// ```
public struct SweepServer: Sendable {
  private let store: SweepStore
  private let options: SweepServerOptions

  /// Makes a server, which does not listen yet.
  ///
  /// - Parameters:
  ///   - store: What to show; opened to be read, as a rule.
  ///   - options: Where and to whom.
  public init(_ store: SweepStore, options: SweepServerOptions = SweepServerOptions()) {
    self.store = store
    self.options = options
  }

  /// Serves until the task is cancelled; then all connections are closed.
  ///
  /// - Parameter listening: Called with the addresses of the page once readers can connect, such as
  ///   `http://127.0.0.1:8080/`.
  /// - Throws: ``ServeError`` if the server cannot start, or if it ends by itself.
  public func run(listening: @Sendable ([String]) async -> Void = { _ in }) async throws {
    let address = try ListenAddress(self.options.address)
    let sockets = await address.resolve()
    guard !sockets.isEmpty else {
      throw ServeError(.cannotListen, "the name '\(address.host)' is not known")
    }
    try self.checkSafety(sockets)
    let page = LivePage(self.store, title: self.options.title, interval: self.options.interval)
    let door = SweepDoor(token: self.options.token, host: address.host)
    let responder = SweepResponder(page: page, door: door)
    // One socket for all addresses of IPv6 takes those of IPv4 along.
    let ordered = sockets.sorted { $0.family == AF_INET6 && $1.family != AF_INET6 }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        await page.follow()
        return false
      }
      var port = address.port
      var addresses: [String] = []
      var failure: ServeError?
      for socket in ordered {
        let (starts, start) = AsyncStream.makeStream(of: Result<Int, ServeError>.self)
        let host = socket.host
        group.addTask { [port] in await self.serve(on: host, port, responder, start) }
        switch await starts.first(where: { _ in true }) {
        case .success(let chosen):
          port = chosen
          addresses.append("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/")
        // A machine may know addresses of a family that it does not speak.
        case .failure(let error): failure = error
        case nil: break
        }
      }
      if addresses.isEmpty, !Task.isCancelled {
        let reason = failure?.message ?? ""
        throw ServeError(.cannotListen, "cannot listen on \(self.options.address): \(reason)")
      }
      if !addresses.isEmpty { await listening(addresses) }
      while let hasServed = try await group.next() {
        guard hasServed, !Task.isCancelled else { continue }
        throw ServeError(.cannotListen, "the system has closed \(self.options.address)")
      }
    }
  }

  private func checkSafety(_ sockets: [ListenAddress.Socket]) throws(ServeError) {
    if self.options.token != nil || sockets.allSatisfy(\.isLoopback) { return }
    throw ServeError(
      .unsafeAddress,
      "\(self.options.address) can be reached from other machines, and whoever reaches it could read "
        + "this sweep: set --token-file, or listen on 127.0.0.1 and let others come through ssh -L"
    )
  }

  // Says where it listens or why it does not; returns whether it has served.
  private func serve(
    on host: String,
    _ port: Int,
    _ responder: SweepResponder,
    _ start: AsyncStream<Result<Int, ServeError>>.Continuation
  ) async -> Bool {
    defer { start.finish() }
    var configuration = HTTP1Channel.Configuration(
      idleTimeout: TimeAmount(self.options.patience)
    )
    configuration.httpDecoder.maxHeaderListSize = 32 << 10
    let server = Server(
      childChannelSetup: HTTP1Channel(
        responder: { request, writer, channel in
          try await responder.respond(to: request, writer, on: channel)
        },
        configuration: configuration
      ),
      configuration: ServerConfiguration(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: .maximum(
          self.options.maxConnections,
          logger: self.options.logger
        )
      ),
      onServerRunning: { channel in
        start.yield(.success(channel.localAddress?.port ?? port))
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      logger: self.options.logger
    )
    do {
      try await server.run()
      return true
    } catch {
      let reason =
        (error as? IOError).map { unsafe String(cString: strerror($0.errnoCode)) } ?? "\(error)"
      start.yield(.failure(ServeError(.cannotListen, reason)))
      return false
    }
  }
}
