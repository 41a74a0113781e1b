import ConvokeProcess
package import ConvokeWire
import Glibc
import Synchronization

/// What a gateway in the worker's role does with the code that it is given.
package struct WorkerRole: Sendable {
  /// Runs code, which stands in the payload of a CHANNEL_EXEC frame; an error closes the channel with it.
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
    self.state.withLock { $0.executing += 1 }
    // It lives as long as the code runs; nobody here waits for it.
    Task.detached {
      var failure: String?
      do {
        let code = try WireSerializer(limits: self.limits).value(from: frame.payload)
        try await role.run(channel, code)
      } catch {
        failure = "\(error)"
      }
      self.state.withLock { $0.executing -= 1 }
      channel.close(error: failure)
    }
  }

  private func answerStatus(_ number: Int32) {
    let (channels, executing) = self.state.withLock { ($0.channels.count, $0.executing) }
    let answer = WireValue.dictionary([
      .init("numchannels", .int(channels)), .init("numexecuting", .int(executing)),
      .init("execmodel", "swift"),
    ])
    try? self.send(.channelData, number, value: answer)
    self.sendClose(number, error: nil)
  }
}

extension Gateway {
  /// Connects two gateways of this program: a controller, and a worker that runs Swift.
  ///
  /// - Parameters:
  ///   - options: What holds for both.
  ///   - run: What the worker does with code.
  /// - Returns: The two, which end together.
  /// - Throws: ``GatewayError``.
  package static func makePair(
    options: GatewayOptions = GatewayOptions(),
    _ run: @escaping WorkerRole.Handler
  ) async throws -> (controller: Gateway, worker: Gateway) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw GatewayError(.notStarted, "no descriptor is left; raise ulimit -n")
    }
    let spec = GatewaySpec(.local)
    let links = ends.map { DescriptorLink(input: $0, output: $0) }
    let worker = Gateway(
      id: "swift-worker",
      spec: spec,
      link: links[1],
      worker: nil,
      options: options,
      role: WorkerRole(run)
    )
    let gateway = Gateway(id: "swift", spec: spec, link: links[0], worker: nil, options: options)
    worker.start()
    gateway.start()
    try await gateway.exchangeHello(heartbeat: options.heartbeat, within: options.openTimeout)
    return (gateway, worker)
  }
}
