package import ConvokeProcess
package import ConvokeWire
import Synchronization

/// What a gateway in the worker's role does with the code that it is given.
package struct WorkerRole: Sendable {
  /// Runs code, which stands in the payload of a CHANNEL_EXEC frame; an error closes the channel with it.
  ///
  /// The task is cancelled when the controller closes the channel, or when the link ends.
  package typealias Handler = @Sendable (Channel, WireValue) async throws -> Void

  let run: Handler

  /// Makes a role.
  package init(_ run: @escaping Handler) { self.run = run }
}

extension Gateway {
  /// Does what a controller asks of its worker; a worker asks nothing of this kind.
  func serve(_ frame: Frame) {
    guard let role = self.role else {
      if frame.code == .channelExecute {
        self.sendClose(frame.channel, error: "execution disallowed")
      }
      return
    }
    switch frame.code {
    case .channelExecute: self.execute(frame, role)
    case .status: self.answerStatus(frame.channel)
    default:
      self.link.close()
      self.linkEnded("it was told to end")
    }
  }

  private func execute(_ frame: Frame, _ role: WorkerRole) {
    let channel = self.channel(for: WireChannelReference(frame.channel))
    self.state.withLock { state in
      // It lives as long as the code runs; nobody here waits for it.
      state.tasks[frame.channel] = Task.detached {
        var failure: String?
        do {
          let code = try WireSerializer(limits: self.limits).value(from: frame.payload)
          try await role.run(channel, code)
        } catch {
          failure = "\(error)"
        }
        self.taskEnded(frame.channel)
        channel.close(error: failure)
      }
    }
  }

  private func taskEnded(_ number: Int32) {
    let waiters = self.state.withLock { state in
      state.tasks[number] = nil
      guard state.tasks.isEmpty else { return [Answer<Bool>]() }
      defer { state.taskWaiters = [] }
      return state.taskWaiters
    }
    for waiter in waiters { waiter.give(true) }
  }

  func cancelTask(of number: Int32) {
    self.state.withLock { $0.tasks[number] }?.cancel()
  }

  private func answerStatus(_ number: Int32) {
    let (channels, executing) = self.state.withLock { ($0.channels.count, $0.tasks.count) }
    let answer = WireValue.dictionary([
      .init("numchannels", .int(channels)), .init("numexecuting", .int(executing)),
      .init("execmodel", "swift"),
    ])
    try? self.send(.channelData, number, value: answer)
    self.sendClose(number, error: nil)
  }
}

extension Gateway {
  /// Serves a controller over descriptors, which it takes over.
  ///
  /// - Parameters:
  ///   - input: What the controller's bytes come from; it may be the same as `output`, a socket.
  ///   - output: What this side's bytes go to; the greeting `1` is the first of them, unless it was written
  ///     before.
  ///   - early: What has been read already.
  ///   - hasGreeted: Whether ``greeting()`` has been written already.
  ///   - id: The name of the gateway on this side.
  ///   - options: Limits and so on.
  ///   - run: What to do with code.
  /// - Returns: The gateway, which ends with its link.
  package static func serve(
    input: Int32,
    output: Int32,
    early: [UInt8] = [],
    hasGreeted: Bool = false,
    id: String,
    options: GatewayOptions = GatewayOptions(),
    _ run: @escaping WorkerRole.Handler
  ) -> Gateway {
    let link = DescriptorLink(input: input, output: output)
    link.hold()
    defer { link.release() }
    if !hasGreeted { link.write { $0.append(UInt8(ascii: "1")) } }
    let gateway = Gateway(
      id: id,
      spec: GatewaySpec(.local, interpreter: .swift(nil)),
      link: link,
      worker: nil,
      options: options,
      role: WorkerRole(run)
    )
    gateway.state.withLock { $0.hasSaidHello = hasGreeted }
    gateway.start(early: early)
    return gateway
  }

  /// Waits until nothing runs on this worker any more.
  ///
  /// - Parameter limit: How long to wait.
  package func waitForTasks(within limit: Duration) async {
    let answer = Answer<Bool>()
    let isBusy = self.state.withLock { state in
      if !state.tasks.isEmpty { state.taskWaiters.append(answer) }
      return !state.tasks.isEmpty
    }
    if isBusy { _ = await answer.wait(within: limit, otherwise: false) }
  }

  /// Sends home what was printed on this worker, if the controller takes it; waits while much is on its
  /// way, so it must not be called on the reactor.
  package func sendOutput(_ bytes: [UInt8], of stream: OutputStream) async {
    guard self.state.withLock({ $0.peer?.hasOutput == true }) else { return }
    try? await self.waitBelowHighWater()
    let number = stream == .stdout ? 1 : 2
    try? self.send(.output, 0, value: .tuple([.int(number), .bytes(bytes)]))
  }
}
