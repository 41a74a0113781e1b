import ConvokeWire
public import Distributed
import Synchronization

/// Takes what comes of a call that runs here.
public final class ActorResultHandler: DistributedTargetInvocationResultHandler, Sendable {
  /// The requirement of arguments and results.
  public typealias SerializationRequirement = any Codable

  private let link: ActorLink
  private let result = Mutex(ActorReply.failure(.refused, "the call came to nothing"))

  init(_ link: ActorLink) { self.link = link }

  /// What came of the call.
  var reply: ActorReply { self.result.withLock { $0 } }

  /// Takes a result.
  public func onReturn<Success: Codable>(value: Success) async throws {
    let reply = try self.link.reply(with: value)
    self.result.withLock { $0 = reply }
  }

  /// Takes the end of a call without a result.
  public func onReturnVoid() async throws { self.result.withLock { $0 = .value(.none) } }

  /// Takes an error.
  public func onThrow<Failure: Error>(error: Failure) async throws {
    let reply = ActorReply(thrown: error)
    self.result.withLock { $0 = reply }
  }
}

extension ActorReply {
  /// What the caller is told of an error: itself if it can travel, else its description.
  init(thrown error: any Error) {
    if let error = error as? ActorError {
      self = .failure(error.code, error.message)
    } else if error is CancellationError {
      self = .failure(.cancelled, "the method was cancelled")
    } else if let error = error as? any TransferableError,
      let name = _mangledTypeName(type(of: error)), let value = try? WireEncoder().encode(error)
    {
      self = .error(type: name, value)
    } else {
      self = .failure(.thrown, "\(type(of: error)): \(error)")
    }
  }
}
