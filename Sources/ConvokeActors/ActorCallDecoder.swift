import ConvokeWire
public import Distributed

/// Hands out the arguments of a call, as the types that the method names.
public struct ActorCallDecoder: DistributedTargetInvocationDecoder, Sendable {
  /// The requirement of arguments and results.
  public typealias SerializationRequirement = any Codable

  /// The longest name of a type, in bytes.
  private static let longestName = 4096

  let call: ActorCall
  let decoder: WireDecoder
  private var index = 0

  init(_ call: ActorCall, _ decoder: WireDecoder) {
    self.call = call
    self.decoder = decoder
  }

  /// Hands out the types that stand for the generic parameters; all must be `Codable`.
  public mutating func decodeGenericSubstitutions() throws -> [any Any.Type] {
    try self.call.generics.map { name in
      guard name.utf8.count <= Self.longestName, let type = _typeByName(name) else {
        throw ActorError(.refused, "there is no type '\(name.prefix(100))' in this program")
      }
      guard type is any Codable.Type else {
        throw ActorError(.refused, "the type \(type) is not Codable and cannot be a parameter")
      }
      return type
    }
  }

  /// Hands out the next argument.
  public mutating func decodeNextArgument<Argument: Codable>() throws -> Argument {
    defer { self.index += 1 }
    guard self.index < self.call.arguments.count else {
      throw ActorError(.refused, "the call has only \(self.call.arguments.count) arguments")
    }
    do {
      return try self.decoder.decode(Argument.self, from: self.call.arguments[self.index])
    } catch {
      throw ActorError(.refused, "argument \(self.index + 1) is no \(Argument.self): \(error)")
    }
  }

  /// Hands out nothing: the method knows it.
  public mutating func decodeErrorType() throws -> (any Any.Type)? { nil }
  /// Hands out nothing: the method knows it.
  public mutating func decodeReturnType() throws -> (any Any.Type)? { nil }
}
