/// Opens a gateway, runs `body` with it and ends its worker, whether `body` returns, throws or is
/// cancelled.
///
/// - Parameters:
///   - spec: The specification, such as `popen` or `ssh=node1//python=python3.6`.
///   - options: Limits, timeouts and so on.
///   - body: What to do with the gateway, which must not leave it.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; ``GatewayError`` when the gateway cannot be opened.
public func withGateway<Success>(
  _ spec: String = "popen",
  options: GatewayOptions = GatewayOptions(),
  _ body: (Gateway) async throws -> Success
) async throws -> Success {
  try await withEmptyGroup(options: options) { group in
    try await body(try await group.open(spec))
  }
}

/// Opens gateways, runs `body` with the group and ends all workers, whether `body` returns, throws or
/// is cancelled.
///
/// - Parameters:
///   - specs: The specifications; `popen*4` and `ssh=node[1-64]` stand for several.
///   - options: Limits, timeouts and so on.
///   - window: How many are opened at the same time.
///   - body: What to do with the group; it may open more.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; ``GatewayError`` of the first gateway that cannot be opened. To go on
///   with the others, open them in the body with ``GatewayGroup/open(all:window:)``.
public func withGroup<Success>(
  _ specs: [String] = [],
  options: GatewayOptions = GatewayOptions(),
  window: Int = 32,
  _ body: (GatewayGroup) async throws -> Success
) async throws -> Success {
  let expanded = try specs.flatMap { try GatewaySpec.expand($0) }
  return try await withEmptyGroup(options: options) { group in
    for result in await group.open(all: expanded, window: window) { _ = try result.get() }
    return try await body(group)
  }
}

private func withEmptyGroup<Success>(
  options: GatewayOptions,
  _ body: (GatewayGroup) async throws -> Success
) async throws -> Success {
  let group = GatewayGroup(options: options)
  let result: Result<Success, any Error>
  do {
    result = .success(try await body(group))
  } catch {
    result = .failure(error)
  }
  // Out of reach of the caller's cancellation, and bounded by itself.
  await Task.detached { await group.terminate(within: options.closeTimeout) }.value
  return try result.get()
}
