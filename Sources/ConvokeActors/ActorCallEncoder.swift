import ConvokeGateway
import ConvokeWire
public import Distributed
import Synchronization

/// Collects the arguments of a call.
public struct ActorCallEncoder: DistributedTargetInvocationEncoder, Sendable {
  /// The requirement of arguments and results.
  public typealias SerializationRequirement = any Codable

  var generics: [String] = []
  var arguments: [WireValue] = []
  private let channels = ArgumentChannels()

  /// Adds the type that stands for a generic parameter.
  public mutating func recordGenericSubstitution<Value>(_ type: Value.Type) throws {
    guard let name = _mangledTypeName(type) else {
      throw ActorError(.refused, "the type \(type) has no name that another program could know")
    }
    self.generics.append(name)
  }

  /// Adds an argument.
  public mutating func recordArgument<Value: Codable>(
    _ argument: RemoteCallArgument<Value>
  ) throws {
    let encoder = WireEncoder(userInfo: [.argumentChannels: self.channels])
    self.arguments.append(try encoder.encode(argument.value))
  }

  /// Does nothing: the method knows it.
  public mutating func recordErrorType<Failure: Error>(_ type: Failure.Type) throws {}
  /// Does nothing: the method knows it.
  public mutating func recordReturnType<Success: Codable>(_ type: Success.Type) throws {}
  /// Does nothing.
  public mutating func doneRecording() throws {}

  func checkChannels(of link: ActorLink, for target: RemoteCallTarget) throws {
    guard self.channels.all.allSatisfy({ $0.gateway === link.gateway }) else {
      throw ActorError(
        .refused,
        "a channel among the arguments of \(target) is not of gateway \(link.gateway.id)"
      )
    }
  }
}

/// The channels among what is being encoded.
final class ArgumentChannels: Sendable {
  private let channels = Mutex<[Channel]>([])

  var all: [Channel] { self.channels.withLock { $0 } }

  func add(_ channel: Channel) { self.channels.withLock { $0.append(channel) } }
}

extension CodingUserInfoKey {
  // The texts are not empty, which is all that could be wrong with them.
  // swift-format-ignore: NeverForceUnwrap
  static let argumentChannels = CodingUserInfoKey(rawValue: "convoke.channels")!
  // swift-format-ignore: NeverForceUnwrap
  static let gateway = CodingUserInfoKey(rawValue: "convoke.gateway")!
}
