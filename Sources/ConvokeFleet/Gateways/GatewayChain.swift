import ConvokeGateway
import Synchronization

/// A gateway and those it goes through, which are its own and end with it.
final class GatewayChain: Sendable {
  private let specs: [GatewaySpec]
  private let group = Mutex<GatewayGroup?>(nil)

  /// Makes a chain of specifications: the last one is that of the gateway, the others lead to it.
  init(_ specs: [GatewaySpec]) { self.specs = specs }

  /// The specification of the gateway.
  var description: String { self.specs.last?.text ?? "" }

  /// Opens all of them, after what is left of a former opening has been closed.
  ///
  /// - Throws: What keeps one of them from opening; none is left open then.
  func open(_ options: GatewayOptions) async throws -> Gateway {
    await self.close()
    let group = GatewayGroup(options: options)
    self.group.withLock { $0 = group }
    do {
      var last: Gateway?
      for spec in self.specs { last = try await group.open(spec) }
      guard let last else { throw GatewayError(.badSpecification, "there is no specification") }
      return last
    } catch {
      await self.close()
      throw error
    }
  }

  /// Ends all of them.
  func close() async {
    let group = self.group.withLock { group in
      defer { group = nil }
      return group
    }
    await group?.terminate(within: GatewayOptions().closeTimeout)
  }
}
