internal import CConvokeSystem
public import ConvokeHosts
import ConvokeProcess

extension SSHConnections {
  /// Makes a port of this machine lead to a port that the host can reach, for the length of a scope.
  ///
  /// The port accepts connections from this machine only.
  ///
  /// - Parameters:
  ///   - host: The host through which connections go.
  ///   - port: The port of this machine; 0 picks a free one.
  ///   - target: The machine to lead to, as the host calls it.
  ///   - targetPort: The port to lead to.
  ///   - body: What to do while the forwarding exists; gets the port of this machine.
  /// - Returns: What the body returns.
  /// - Throws: ``ConvokeProcess/Failure`` if the host cannot be reached or the port is taken;
  ///   what the body throws.
  public func withLocalForward<Success>(
    through host: Host,
    from port: Int = 0,
    to target: String = "localhost",
    _ targetPort: Int,
    _ body: (Int) async throws -> Success
  ) async throws -> Success {
    let local = port == 0 ? Int(convoke_free_port()) : port
    guard local > 0 else { throw Failure(.sshFailed, "this machine has no free port left") }
    let rule = ["-L", "127.0.0.1:\(local):\(target):\(targetPort)"]
    return try await self.withForward(rule, rule, through: host) { _ in try await body(local) }
  }

  /// Makes a port of the host lead to a port that this machine can reach, for the length of a scope.
  ///
  /// The port accepts connections from the host itself only, unless its sshd says otherwise
  /// (`GatewayPorts`).
  ///
  /// - Parameters:
  ///   - host: The host that gets the port.
  ///   - port: The port of the host; 0 lets it pick a free one.
  ///   - target: The machine to lead to, as this machine calls it.
  ///   - targetPort: The port to lead to.
  ///   - body: What to do while the forwarding exists; gets the port of the host.
  /// - Returns: What the body returns.
  /// - Throws: ``ConvokeProcess/Failure`` if the host cannot be reached or forbids the forwarding;
  ///   what the body throws.
  public func withRemoteForward<Success>(
    on host: Host,
    from port: Int = 0,
    to target: String = "localhost",
    _ targetPort: Int,
    _ body: (Int) async throws -> Success
  ) async throws -> Success {
    let rule = ["-R", "127.0.0.1:\(port):\(target):\(targetPort)"]
    return try await self.withForward(rule, rule, through: host) { words in
      // The port that the server picked is all that ssh prints.
      let picked =
        port == 0 ? words.split(whereSeparator: \.isWhitespace).compactMap { Int($0) } : [port]
      guard let picked = picked.first else {
        throw Failure(.sshFailed, "ssh did not say which port \(host) picked: \(words)")
      }
      return try await body(picked)
    }
  }

  private func withForward<Success>(
    _ rule: [String],
    _ cancelling: [String],
    through host: Host,
    _ body: (String) async throws -> Success
  ) async throws -> Success {
    let link = self.link(to: host)
    try await self.connect(to: host)
    guard let socket = link.socketPath else {
      let message = "\(host) has no shared connection to forward ports through"
      throw Failure(.sshFailed, message, remedy: "do not turn multiplexing off")
    }
    let invocation = link.invocation
    let answer = await invocation.control("forward", socket: socket, rule).run()
    guard answer.outcome == .exited(0) else {
      let words = answer.stderr.trimmedText.suffix(300)
      let message = "\(host) does not forward \(rule[1]): \(words)"
      throw Failure(.sshFailed, message, remedy: "pick another port, or allow it in sshd_config")
    }
    let result: Result<Success, any Error>
    do {
      result = .success(try await body(answer.stdout.text))
    } catch {
      result = .failure(error)
    }
    // It ends with the connection if this fails; a cancelled task must still do it.
    let process = RunningProcess(invocation.control("cancel", socket: socket, cancelling))
    LocalProcess.launch(process)
    _ = await process.waitUncancelled()
    return try result.get()
  }
}
