public import ConvokeGateway
import Distributed
import Synchronization

/// Actors of the same type, one a gateway, that share work.
///
/// Get one from ``withActors(_:_:on:options:system:_:)``.
public final class ActorPool<Act: SpawnableActor>: Sendable {
  /// An actor of a pool and where it lives.
  public struct Member: Sendable {
    /// The gateway to the program of the actor.
    public let gateway: Gateway
    /// The actor.
    public let actor: Act
  }

  /// The actors, in the order of the gateways; those of lost hosts included.
  public let members: [Member]

  private struct State {
    var turn = 0
    var busy: [Int]
    var isLost: [Bool]
  }

  private let state: Mutex<State>

  init(_ members: [Member]) {
    self.members = members
    self.state = Mutex(
      State(
        busy: Array(repeating: 0, count: members.count),
        isLost: Array(repeating: false, count: members.count)
      )
    )
  }

  /// How many members are not lost.
  public var count: Int { self.state.withLock { $0.isLost.count { !$0 } } }

  /// The next actor, in turns.
  ///
  /// - Returns: The actor.
  /// - Throws: ``ActorError`` with code ``ActorError/Code/lost`` when all are lost.
  public func next() throws -> Act {
    let index = self.state.withLock { state -> Int? in
      for step in state.isLost.indices {
        let index = (state.turn + step) % state.isLost.count
        guard !state.isLost[index] else { continue }
        state.turn = index + 1
        return index
      }
      return nil
    }
    guard let index else { throw Self.allLost }
    return self.members[index].actor
  }

  /// Calls the actor that has the fewest calls of this kind under way.
  ///
  /// - Parameter body: What to do with it.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; ``ActorError`` with code ``ActorError/Code/lost`` when all are lost.
  public func withLeastLoaded<Success: Sendable>(
    _ body: @Sendable (Act) async throws -> Success
  ) async throws -> Success {
    guard let index = self.take(atMost: .max) else { throw Self.allLost }
    return try await self.call(index, body)
  }

  static var allLost: ActorError { ActorError(.lost, "all actors of the pool are lost") }

  // MARK: - Taking turns

  /// Takes the member with the fewest calls; `nil` if all living ones have as many as they may.
  func take(atMost most: Int) -> Int? {
    self.state.withLock { state in
      let free = state.busy.indices.filter { !state.isLost[$0] && state.busy[$0] < most }
      guard let index = free.min(by: { state.busy[$0] < state.busy[$1] }) else { return nil }
      state.busy[index] += 1
      return index
    }
  }

  /// Gives a member back that was taken and not called.
  func giveBack(_ index: Int) { self.state.withLock { $0.busy[index] -= 1 } }

  /// Calls a member that was taken, and gives it back.
  func call<Success: Sendable>(
    _ index: Int,
    _ body: @Sendable (Act) async throws -> Success
  ) async throws -> Success {
    defer { self.giveBack(index) }
    do {
      return try await body(self.members[index].actor)
    } catch let error as ActorError where error.code == .lost {
      self.state.withLock { $0.isLost[index] = true }
      throw error
    }
  }
}
