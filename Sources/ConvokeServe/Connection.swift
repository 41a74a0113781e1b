import ConvokeGateway
import ConvokeProcess
import Glibc
import Logging

/// One client, from its first byte to the end of its worker.
struct Connection: Sendable {
  /// How it went, in words for the log.
  enum Outcome: Sendable {
    /// No worker was started, for this reason.
    case refused(String)
    /// A worker ran, and ended like this.
    case served(worker: Int32?, String)
  }

  let options: ServeOptions
  let security: TLSRelay.Server?
  let slots: WorkerSlots
  /// The client's TCP connection; watched, never read, once somebody else has it.
  let socket: Int32
  let peer: (host: String, port: Int)

  /// Serves the client; closes its connection at the end.
  func run() async -> Outcome {
    defer {
      SocketCalls.cut(self.socket)
      Descriptor.close(self.socket)
    }
    let copy = SocketCalls.duplicate(self.socket)
    guard copy >= 0 else { return .refused("no descriptor is left; raise ulimit -n") }
    return await self.decide(copy, isEncrypted: false)
  }

  // Owns the stream: closes it, or hands it over to a worker.
  private func decide(_ stream: Int32, isEncrypted: Bool) async -> Outcome {
    guard await LineWait.isReadable(stream, within: self.options.openTimeout) else {
      Descriptor.close(stream)
      return .refused("it sent nothing within \(self.options.openTimeout)")
    }
    guard let byte = SocketCalls.peek(stream) else {
      Descriptor.close(stream)
      return .refused("it closed the connection")
    }
    let admission = Admission(
      hasTLS: self.security != nil,
      hasToken: self.options.token != nil,
      isInsecure: self.options.isInsecure
    )
    switch admission.step(first: byte, isEncrypted: isEncrypted) {
    case .refuse(let reason):
      Descriptor.close(stream)
      return .refused(reason)
    case .startTLS: return await self.encrypt(stream)
    case .readHandshake: return await self.greet(stream)
    case .serve:
      return await self.work(stream) { family in
        WorkerProgram.execnet(family: family, peer: self.peer, limit: self.options.openTimeout)
      }
    }
  }

  private func encrypt(_ stream: Int32) async -> Outcome {
    guard let security = self.security else {
      Descriptor.close(stream)
      return .refused("no certificate is set")
    }
    do {
      let plain = try await security.secure(stream, within: self.options.openTimeout)
      return await self.decide(plain, isEncrypted: true)
    } catch {
      return .refused("TLS failed: \(error)")
    }
  }

  private func greet(_ stream: Int32) async -> Outcome {
    Descriptor.setNonBlocking(stream)
    let answer = await LineWait.line(
      from: stream,
      limit: ServerHandshake.longestLine,
      within: self.options.openTimeout
    )
    guard case .line(let line) = answer, let greeting = ServerHandshake.read(line) else {
      return self.dismiss(stream, "its handshake is malformed")
    }
    if let token = self.options.token, !token.matches(greeting.token) {
      return self.dismiss(
        stream,
        greeting.token == nil ? "it showed no token" : "its token is wrong"
      )
    }
    if !self.slots.hasRoom { return self.dismiss(stream, self.slots.refusal) }
    let language = self.options.swift == nil ? "python" : "swift"
    _ = Descriptor.write(stream, ServerHandshake(capabilities: [language]).line[...])
    return await self.work(stream) { family in
      WorkerProgram.convoke(family: family, limit: self.options.openTimeout)
    }
  }

  private func dismiss(_ stream: Int32, _ reason: String) -> Outcome {
    _ = Descriptor.write(stream, ServerHandshake(error: reason).line[...])
    Descriptor.close(stream)
    return .refused(reason)
  }

  // MARK: - The worker

  private func work(_ stream: Int32, _ program: (_ family: Int32) -> String) async -> Outcome {
    let output = SocketCalls.duplicate(stream)
    guard output >= 0 else {
      Descriptor.close(stream)
      return .refused("no descriptor is left; raise ulimit -n")
    }
    guard self.slots.take() else {
      Descriptor.close(stream)
      Descriptor.close(output)
      return .refused(self.slots.refusal)
    }
    defer { self.slots.giveBack() }
    SocketCalls.setBlocking(stream)
    let words =
      self.options.swift.map { [$0, OwnProgram.workerArgument] }
      ?? [self.options.python, "-u", "-c", program(SocketCalls.family(of: stream))]
    let command = Command(arguments: words).with {
      $0.handover = Command.Handover(input: stream, output: output)
      $0.name = "the worker of \(self.peer.host):\(self.peer.port)"
      $0.stderr.isInherited = true
      $0.accepting = .all
    }
    let process = command.launch()
    await process.waitUntilStarted()
    self.options.logger.info(
      "serving",
      metadata: ["peer": "\(self.peer.host):\(self.peer.port)", "worker": "\(process.id ?? 0)"]
    )
    return await self.watch(process)
  }

  private func watch(_ process: RunningProcess) async -> Outcome {
    let watch = ConnectionWatch(socket: self.socket, idleTimeout: self.options.idleTimeout)
    let reason = await withTaskGroup(of: String?.self) { group in
      group.addTask {
        _ = try? await process.wait()
        return nil
      }
      group.addTask { await watch.untilEnd() }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    let isCancelled = Task.isCancelled
    let result = await process.terminate()
    // Linux gives nobody the number of a group that still has members: these are the worker's.
    if let id = process.id, id > 1 { kill(-id, SIGKILL) }
    if case .exited(let code) = result.outcome, let complaint = WorkerProgram.complaints[code] {
      return .refused(complaint)
    }
    if case .refused(let failure) = result.outcome {
      return .refused("its worker could not be started: \(failure)")
    }
    let why = isCancelled ? "the server ends" : reason
    return .served(worker: process.id, why.map { "ended: \($0)" } ?? "\(result.outcome)")
  }
}
