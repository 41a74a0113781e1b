import ConvokeProcess
import Glibc

/// Makes sure of a `convoke serve`, and lets it make sure of us.
struct SecureConnector: Sendable {
  let security: SocketSecurity
  let options: GatewayOptions

  /// Takes over a connected socket.
  ///
  /// - Returns: The descriptor to send the program to.
  func secure(_ socket: Int32, host: String) async throws -> Int32 {
    let token: String?
    do {
      token = try self.security.token.map { try Self.read($0) }
    } catch {
      Descriptor.close(socket)
      throw error
    }
    var descriptor = socket
    if self.security.usesTLS {
      guard let connector = self.options.tlsConnector else {
        Descriptor.close(socket)
        throw GatewayError(
          .badSpecification,
          "the specification asks for TLS, but GatewayOptions.tlsConnector is not set"
        )
      }
      descriptor = try await connector(socket, self.security, host, self.options.openTimeout)
    }
    do {
      try await self.greet(descriptor, token)
      return descriptor
    } catch {
      Descriptor.close(descriptor)
      throw error
    }
  }

  private func greet(_ descriptor: Int32, _ token: String?) async throws {
    Descriptor.setNonBlocking(descriptor)
    let line = ServerHandshake(token: token, capabilities: ["python"]).line
    // It is short and the first: the kernel takes it whole.
    guard Descriptor.write(descriptor, line[...]) == .moved(line.count) else {
      throw Self.closed
    }
    let answer = await LineWait.line(
      from: descriptor,
      limit: ServerHandshake.longestLine,
      within: self.options.openTimeout
    )
    switch answer {
    case .line(let bytes):
      guard let answer = ServerHandshake.read(bytes) else {
        throw GatewayError(.notStarted, "the server answered, but not as convoke serve does")
      }
      if let reason = answer.error {
        throw GatewayError(.notStarted, "the server refused: \(reason)")
      }
    case .ended: throw Self.closed
    case .tooLong, .late:
      throw GatewayError(.timedOut, "the server did not answer within \(self.options.openTimeout)")
    }
  }

  // The alert of TLS that says so may come before or after the handshake line is written.
  private static let closed = GatewayError(
    .notStarted,
    "the server closed the connection instead of an answer: it is no convoke serve, or it does not "
      + "accept this certificate"
  )

  private static func read(_ source: SocketSecurity.TokenSource) throws -> String {
    switch source {
    case .variable(let name):
      guard let value = unsafe getenv(name), let text = unsafe String(validatingCString: value),
        !text.isEmpty
      else { throw GatewayError(.badSpecification, "the variable \(name) holds no token") }
      return text
    case .file(let path): return try TokenFile.read(path)
    }
  }
}
