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
      throw GatewayError(
        .protocolViolation,
        "the server on gateway \(gateway.id) listens on \(answer)"
      )
    }
    return (host.isEmpty || host == "0.0.0.0" ? "localhost" : host, port)
  }

  /// Serves the first connection with a process of its own, which ends with the connection.
  private static let program = """
    import socket, subprocess, sys
    host, port = channel.receive()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(1)
    channel.send(listener.getsockname())
    listener.settimeout(60)
    client, address = listener.accept()
    listener.close()
    client.setblocking(True)
    loader = "import sys;exec(eval(sys.stdin.readline()))"
    worker = subprocess.Popen([sys.executable, "-u", "-c", loader], stdin=client.fileno(),
                              stdout=client.fileno(), close_fds=True)
    client.close()
    worker.wait()
    """
}
