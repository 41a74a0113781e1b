import ConvokeGateway
import ConvokeWire
import ExampleTerminal

/// The logs of one host, on their way to standard output.
struct HostLogs {
  private let host: String
  private let paths: [String]
  private let output: LineOutput

  /// Makes the logs of a host.
  ///
  /// - Parameters:
  ///   - spec: How the host is reached.
  ///   - paths: The paths of the files there.
  ///   - output: Where lines go.
  init(_ spec: GatewaySpec, _ paths: [String], _ output: LineOutput) {
    self.host = spec.place
    self.paths = paths
    self.output = output
  }

  /// Passes on what comes until it is cancelled or nobody reads; says why if the host fails.
  ///
  /// - Parameters:
  ///   - gateway: The gateway, or why there is none.
  ///   - all: Whether to begin with what the files contain already.
  /// - Returns: Whether the host did not fail.
  func follow(_ gateway: Result<Gateway, any Error>, all: Bool) async -> Bool {
    do {
      let channel = try gateway.get().execute(.task("follow", self.paths, !all))
      for try await item in channel { try await self.show(item) }
      throw GatewayError(.endOfChannel, "it ended by itself")
    } catch is LineOutput.Closed {
      return true
    } catch {
      if Task.isCancelled { return true }
      note("\(self.host): \(error)")
      return false
    }
  }

  private func show(_ item: WireValue) async throws {
    guard let parts = item.elements, parts.count == 2, let number = parts[0].int,
      self.paths.indices.contains(number)
    else { throw GatewayError(.protocolViolation, "it sent something that makes no sense") }
    let path = self.paths[number]
    if let lines = parts[1].elements {
      let prefix = self.paths.count == 1 ? "\(self.host): " : "\(self.host):\(path): "
      try await self.output.write(lines.compactMap(\.bytes), prefix: prefix)
    } else {
      note("\(self.host): \(parts[1] == true ? "follows" : "waits for") \(path)")
    }
  }
}
