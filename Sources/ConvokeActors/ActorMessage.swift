import ConvokeWire

/// What goes over the channel between the actors of two programs: tuples that begin with a number.
enum ActorMessage {
  /// The version of these messages: 1.
  static let version = 1

  /// Why this side cannot talk to one with another version, if it cannot.
  static func objection(to theirs: Int) -> String? {
    if theirs == self.version { return nil }
    let remedy =
      theirs > self.version
      ? "a newer convoke on the side of version \(self.version)"
      : "a newer convoke on the side of version \(theirs)"
    return "one side speaks version \(theirs) of the messages of actors, the other one version "
      + "\(self.version): use \(remedy)"
  }

  /// The first one of each side: the version, and the number of its program.
  case hello(version: Int, node: UInt64)
  /// Asks for an answer.
  case request(UInt64, ActorRequest)
  /// Answers a request.
  case reply(UInt64, ActorReply)
  /// Takes a request back; it is answered all the same.
  case cancel(UInt64)
  /// Says that an actor that was made for the other side is not needed any more.
  case release(ActorIdentity)
}

/// What the actors of one program ask of those of another.
enum ActorRequest: Sendable {
  /// Calls a method.
  case call(ActorCall)
  /// Makes an actor of a type, by its mangled name.
  case spawn(type: String, start: WireValue)
}

/// The call of a method.
struct ActorCall: Sendable {
  var actor: ActorIdentity
  /// The mangled name of the method.
  var target: String
  /// The mangled names of the types that stand for its generic parameters.
  var generics: [String]
  var arguments: [WireValue]
  /// The trace that the call belongs to.
  var trace: WireValue?
}

/// What comes of a request.
enum ActorReply: Sendable {
  case value(WireValue)
  /// An error of a type that can travel, by its mangled name.
  case error(type: String, WireValue)
  case failure(ActorError.Code, String)
}

// MARK: - As values of the wire

extension ActorMessage {
  var wireValue: WireValue {
    switch self {
    case .hello(let version, let node): .tuple([.int(0), .int(version), Self.value(node)])
    case .request(let id, .call(let call)):
      .tuple([
        .int(1), Self.value(id), Self.value(call.actor.node), Self.value(call.actor.number),
        .string(call.target), .list(call.generics.map { .string($0) }), .list(call.arguments),
        call.trace ?? .none,
      ])
    case .request(let id, .spawn(let type, let start)):
      .tuple([.int(2), Self.value(id), .string(type), start])
    case .reply(let id, .value(let value)): .tuple([.int(3), Self.value(id), value])
    case .reply(let id, .error(let type, let value)):
      .tuple([.int(4), Self.value(id), .string(type), value])
    case .reply(let id, .failure(let code, let message)):
      .tuple([.int(5), Self.value(id), .string(code.rawValue), .string(message)])
    case .cancel(let id): .tuple([.int(6), Self.value(id)])
    case .release(let actor):
      .tuple([.int(7), Self.value(actor.node), Self.value(actor.number)])
    }
  }

  /// Reads a message; `nil` if it makes no sense.
  init?(_ value: WireValue) {
    guard case .tuple(let parts) = value, let kind = parts.first?.int else { return nil }
    let numbers = parts.dropFirst().map { $0.int.map { UInt64(bitPattern: Int64($0)) } }
    guard let id = numbers.first ?? nil else { return nil }
    switch (kind, parts.count) {
    case (0, 3...):
      guard let node = numbers[1] else { return nil }
      self = .hello(version: Int(id), node: node)
    case (1, 8):
      guard let call = ActorCall(parts.dropFirst(2)) else { return nil }
      self = .request(id, .call(call))
    case (2, 4):
      guard let type = parts[2].string else { return nil }
      self = .request(id, .spawn(type: type, start: parts[3]))
    case (3, 3): self = .reply(id, .value(parts[2]))
    case (4, 4):
      guard let type = parts[2].string else { return nil }
      self = .reply(id, .error(type: type, parts[3]))
    case (5, 4):
      let code = parts[2].string.flatMap(ActorError.Code.init) ?? .refused
      self = .reply(id, .failure(code, parts[3].string ?? ""))
    case (6, 2): self = .cancel(id)
    case (7, 3):
      guard let number = numbers[1] else { return nil }
      self = .release(ActorIdentity(node: id, number: number))
    default: return nil
    }
  }

  private static func value(_ number: UInt64) -> WireValue { .int(Int(Int64(bitPattern: number))) }
}

extension ActorCall {
  /// Reads node, number, target, generics and arguments.
  fileprivate init?(_ parts: ArraySlice<WireValue>) {
    let parts = Array(parts)
    guard let node = parts[0].int, let number = parts[1].int, let target = parts[2].string,
      let generics = parts[3].elements, let arguments = parts[4].elements
    else { return nil }
    self.actor = ActorIdentity(
      node: UInt64(bitPattern: Int64(node)),
      number: UInt64(bitPattern: Int64(number))
    )
    self.target = target
    self.generics = generics.compactMap(\.string)
    self.trace = parts[5]
    self.arguments = arguments
    guard self.generics.count == generics.count else { return nil }
  }
}
