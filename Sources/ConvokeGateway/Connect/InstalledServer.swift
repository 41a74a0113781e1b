import ConvokeWire

/// A socket server that one gateway runs for another: `installvia`.
enum InstalledServer {
  /// Starts the server; it serves one connection.
  ///
  /// - Returns: Where it listens, as this machine can reach it.
  static func start(
    on gateway: Gateway,
    _ limit: Duration
  ) async throws -> (host: String, port: Int) {
    let channel = try gateway.execute(.python(self.program))
    try await channel.send(.tuple([.string("localhost"), .int(0)]))
    let answer = try await channel.receive(within: limit)
    guard let parts = answer.elements, parts.count == 2, let host = parts[0].string,
      let port = parts[1].int
    else {
      throw GatewayError(.protocolViolation, "the server on gateway \(gateway.id) listens on \(answer)")
    }
    return (host.isEmpty || host == "0.0.0.0" ? "localhost" : host, port)
  }

  /// Runs what the first connection sends, as execnet's socket server does.
  private static let program = """
    import socket
    host, port = channel.receive()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(1)
    channel.send(listener.getsockname())
    listener.settimeout(60)
    clientsock, address = listener.accept()
    listener.close()
    clientsock.settimeout(None)
    reader = clientsock.makefile("rb", 0)
    line = b""
    while not line.endswith(b"\\n"):
        byte = reader.read(1)
        if not byte:
            raise EOFError("the connection ended before its first line")
        line += byte
    scope = {"clientsock": clientsock, "address": address, "__name__": "__main__"}
    exec(compile(eval(line), "<socket bootstrap>", "exec"), scope)
    """
}
