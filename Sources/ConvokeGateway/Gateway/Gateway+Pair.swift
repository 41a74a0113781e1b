import Glibc

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
    let link = OpeningLink(DescriptorLink(input: ends[0], output: ends[0]))
    let worker = Gateway.serve(
      input: ends[1],
      output: ends[1],
      id: "swift-worker",
      options: options,
      run
    )
    let gateway = Gateway(
      id: "swift",
      spec: GatewaySpec(.local, interpreter: .swift(nil)),
      link: link,
      worker: nil,
      options: options
    )
    link.open()
    try await link.waitForGreeting(within: options.openTimeout)
    gateway.start()
    try gateway.sendHello(heartbeat: options.heartbeat)
    try await gateway.waitForHello(heartbeat: options.heartbeat, within: options.openTimeout)
    return (gateway, worker)
  }
}
