public import ConvokeGateway
import ConvokeProcess
import NIOCore
import NIOPosix
import NIOSSL

/// Ends TLS in this process: whoever gets the descriptor sees plain bytes.
enum TLSRelay {
  /// The server's end, with its files read.
  struct Server: Sendable {
    private let context: NIOSSLContext

    init(_ files: TLSFiles) throws(ServeError) {
      do {
        var configuration = TLSConfiguration.makeServerConfiguration(
          certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate)
            .map { .certificate($0) },
          privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .file(files.authority)
        self.context = try NIOSSLContext(configuration: configuration)
      } catch {
        throw ServeError(
          .badCredentials,
          "the files \(files.certificate), \(files.key) and \(files.authority) cannot be used for TLS: "
            + "\(error)"
        )
      }
    }

    /// Takes over a socket, whether it succeeds or not.
    ///
    /// - Returns: A socket with the plain bytes.
    func secure(_ socket: Int32, within limit: Duration) async throws -> Int32 {
      let context = self.context
      return try await TLSRelay.open(socket, within: limit) {
        NIOSSLServerHandler(context: context)
      }
    }
  }

  /// Takes over a connected socket as the client's end, whether it succeeds or not.
  ///
  /// - Returns: A socket with the plain bytes.
  static func connect(
    _ socket: Int32,
    _ security: SocketSecurity,
    _ host: String,
    _ limit: Duration
  ) async throws -> Int32 {
    let context: NIOSSLContext
    do {
      context = try self.clientContext(security)
    } catch {
      Descriptor.close(socket)
      throw GatewayError(.badSpecification, "the files of TLS cannot be used: \(error)")
    }
    // Server Name Indication has no place for addresses (RFC 6066, section 3); without a name the
    // certificate has to be for the address.
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    do {
      return try await self.open(socket, within: limit) {
        try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
      }
    } catch {
      throw GatewayError(.notStarted, "TLS with \(host) failed: \(error)")
    }
  }

  private static func clientContext(_ security: SocketSecurity) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if let file = security.authorityFile { configuration.trustRoots = .file(file) }
    if let file = security.certificateFile, let key = security.keyFile {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(file)
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  // MARK: - The relay

  private static func open(
    _ socket: Int32,
    within limit: Duration,
    _ makeHandler: @escaping @Sendable () throws -> NIOSSLHandler
  ) async throws -> Int32 {
    guard let (near, far) = SocketCalls.makePair() else {
      Descriptor.close(socket)
      throw GatewayError(.notStarted, "no descriptor is left; raise ulimit -n")
    }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    do {
      try await self.connect(loop, socket, near, limit, makeHandler)
      return far
    } catch {
      Descriptor.close(far)
      throw error
    }
  }

  private static func connect(
    _ loop: any EventLoop,
    _ socket: Int32,
    _ near: Int32,
    _ limit: Duration,
    _ makeHandler: @escaping @Sendable () throws -> NIOSSLHandler
  ) async throws {
    let done = loop.makePromise(of: Void.self)
    let timer = loop.scheduleTask(in: .nanoseconds(Int64(limit / .nanoseconds(1)))) {
      done.fail(GatewayError(.timedOut, "no end of the TLS handshake within \(limit)"))
    }
    defer { timer.cancel() }
    let bootstrap = ClientBootstrap(group: loop)
      .channelOption(.autoRead, value: false)
      .channelOption(.allowRemoteHalfClosure, value: true)
    let plain: any NIOCore.Channel
    do {
      plain = try await bootstrap.withConnectedSocket(near).get()
    } catch {
      Descriptor.close(socket)
      done.fail(error)
      throw error
    }
    do {
      let secured = try await bootstrap.channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(try makeHandler())
          try channel.pipeline.syncOperations.addHandler(HandshakeWait(done))
          // Plain bytes may come together with the end of the handshake.
          try RelayHandler.join(channel, plain)
        }
      }.withConnectedSocket(socket).get()
      plain.read()
      secured.read()
      try await done.futureResult.get()
    } catch {
      done.fail(error)
      plain.close(promise: nil)
      throw error
    }
  }
}

extension GatewayOptions {
  /// Puts TLS on gateways whose specification has `tls`, `tlsca`, `tlscert` or `tlskey`.
  public mutating func enableTLS() {
    self.tlsConnector = { try await TLSRelay.connect($0, $1, $2, $3) }
  }
}
