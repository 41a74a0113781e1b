import ConvokeProcess
import Synchronization

/// Gateways that are opened, addressed and ended together.
///
/// Members keep the order in which they were added.
public final class GatewayGroup: Sendable {
  private struct State {
    var members: [Gateway] = []
    var reserved: Set<String> = []
    var counter = 0
  }

  /// What holds for all gateways of the group.
  public let options: GatewayOptions
  /// The specification used for an empty one.
  public let defaultSpec: String
  private let state = Mutex(State())

  /// Makes an empty group; prefer ``withGroup(_:options:window:_:)``, which ends its members.
  ///
  /// - Parameters:
  ///   - options: What holds for all gateways of the group.
  ///   - defaultSpec: The specification used for an empty one.
  public init(options: GatewayOptions = GatewayOptions(), defaultSpec: String = "popen") {
    self.options = options
    self.defaultSpec = defaultSpec
  }

  /// The members, in the order in which they were added.
  public var gateways: [Gateway] { self.state.withLock { $0.members } }

  /// The number of members.
  public var count: Int { self.state.withLock { $0.members.count } }

  /// The member at an index; negative ones count from the end.
  public subscript(index: Int) -> Gateway {
    let members = self.gateways
    return members[index < 0 ? members.count + index : index]
  }

  /// The member with an identifier, or `nil`.
  public subscript(id: String) -> Gateway? { self.gateways.first { $0.id == id } }

  // MARK: - Opening

  /// Opens a gateway and adds it.
  ///
  /// - Parameter text: The specification; empty for the default one.
  /// - Returns: The gateway.
  /// - Throws: ``GatewayError``; `CancellationError` when the task is cancelled.
  public func open(_ text: String = "") async throws -> Gateway {
    try await self.open(try GatewaySpec(text.isEmpty ? self.defaultSpec : text))
  }

  /// Opens a gateway and adds it.
  ///
  /// - Parameter spec: The specification.
  /// - Returns: The gateway.
  /// - Throws: ``GatewayError``; `CancellationError` when the task is cancelled.
  public func open(_ spec: GatewaySpec) async throws -> Gateway {
    try await self.open(spec, options: self.options)
  }

  /// Opens a gateway with options of its own and adds it.
  package func open(_ spec: GatewaySpec, options: GatewayOptions) async throws -> Gateway {
    let id = try self.reserve(spec.id)
    return try await self.open(spec, reserved: id, options: options)
  }

  /// Opens many gateways at once, at most `window` at a time; those that fail do not hinder the others.
  ///
  /// - Parameters:
  ///   - specs: The specifications; one with `via` waits for the gateway it names.
  ///   - window: How many are opened at the same time.
  /// - Returns: For each specification, in its order, the gateway or the error.
  public func open(
    all specs: [GatewaySpec],
    window: Int = 32
  ) async -> [Result<Gateway, any Error>] {
    var results: [Result<Gateway, any Error>?] = Array(repeating: nil, count: specs.count)
    // Identifiers follow the order of the specifications, not that of the answers.
    let ids = specs.map { spec in Result { try self.reserve(spec.id) } }
    for stage in Self.stages(of: specs, ids.map { try? $0.get() }) {
      await withTaskGroup(of: (Int, Result<Gateway, any Error>).self) { group in
        for (started, index) in stage.enumerated() {
          if started >= window, let (done, result) = await group.next() { results[done] = result }
          group.addTask {
            do {
              return (
                index, .success(try await self.open(specs[index], reserved: try ids[index].get()))
              )
            } catch {
              return (index, .failure(error))
            }
          }
        }
        for await (done, result) in group { results[done] = result }
      }
    }
    self.sort(by: ids.compactMap { try? $0.get() })
    return results.map { $0 ?? .failure(GatewayError(.notStarted, "the task was cancelled")) }
  }

  // Gateways through others come after those.
  private static func stages(of specs: [GatewaySpec], _ ids: [String?]) -> [[Int]] {
    var stages: [[Int]] = []
    var left = Array(specs.indices)
    while !left.isEmpty {
      let waiting = Set(left.compactMap { ids[$0] })
      let ready = left.filter { index in
        let needs = specs[index].via ?? specs[index].installVia
        return needs.map { !waiting.contains($0) } ?? true
      }
      // A circle is left to the look-up, which says what is missing.
      stages.append(ready.isEmpty ? left : ready)
      left = ready.isEmpty ? [] : left.filter { !ready.contains($0) }
    }
    return stages
  }

  private func open(
    _ spec: GatewaySpec,
    reserved id: String,
    options: GatewayOptions? = nil
  ) async throws -> Gateway {
    let connector = GatewayConnector(options: options ?? self.options) { id throws(GatewayError) in
      if let gateway = self[id] { return gateway }
      throw GatewayError(.noSuchGateway, "there is no gateway '\(id)' in the group")
    }
    do {
      let gateway = try await connector.open(spec, id: id)
      self.state.withLock { $0.members.append(gateway) }
      return gateway
    } catch {
      self.state.withLock { _ = $0.reserved.remove(id) }
      throw error
    }
  }

  private func reserve(_ wanted: String?) throws -> String {
    try self.state.withLock { state in
      if let wanted {
        guard state.reserved.insert(wanted).inserted else {
          throw GatewayError(.noSuchGateway, "the group has a gateway '\(wanted)' already")
        }
        return wanted
      }
      while true {
        let id = "gw\(state.counter)"
        state.counter += 1
        if state.reserved.insert(id).inserted { return id }
      }
    }
  }

  private func sort(by ids: [String]) {
    let order = Dictionary(
      ids.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    self.state.withLock { state in
      state.members.sort { (order[$0.id] ?? -1) < (order[$1.id] ?? -1) }
    }
  }

  // MARK: - Ending

  /// Ends all members, those through others first, and removes them.
  ///
  /// - Parameter limit: How long the workers have to end by themselves, all together; those through
  ///   others leave time for these.
  public func terminate(within limit: Duration = .seconds(5)) async {
    let end = ContinuousClock.now.advanced(by: limit)
    while true {
      let members = self.gateways
      if members.isEmpty { return }
      let needed = Set(members.compactMap { $0.spec.via ?? $0.spec.installVia })
      let leaves = members.filter { !needed.contains($0.id) }
      let batch = leaves.isEmpty ? members : leaves
      let left = max(.zero, ContinuousClock.now.duration(to: end))
      let share = batch.count == members.count ? left : left / 2
      await withTaskGroup(of: Void.self) { group in
        for gateway in batch { group.addTask { await gateway.terminate(within: share) } }
      }
      let ended = Set(batch.map(\.id))
      self.state.withLock { state in
        state.members.removeAll { ended.contains($0.id) }
        state.reserved.subtract(ended)
      }
    }
  }

  /// Runs code on every member.
  ///
  /// - Parameter program: The code.
  /// - Returns: The channels, in the order of the members.
  /// - Throws: ``GatewayError`` of the first member that cannot run it.
  public func execute(_ program: RemoteProgram) throws -> MultiChannel {
    MultiChannel(try self.gateways.map { try $0.execute(program) })
  }
}
