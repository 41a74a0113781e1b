/// Names an actor, wherever it lives: the program, and a number in it.
public struct ActorIdentity: Sendable, Hashable {
  /// The program, by a number that it made up when it started.
  public let node: UInt64
  /// The number of the actor there; numbers are not used twice.
  public let number: UInt64
}

extension ActorIdentity: Codable {
  /// Reads the two numbers of a list.
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    self.node = UInt64(bitPattern: try container.decode(Int64.self))
    self.number = UInt64(bitPattern: try container.decode(Int64.self))
  }

  /// Writes the two numbers as a list.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(Int64(bitPattern: self.node))
    try container.encode(Int64(bitPattern: self.number))
  }
}

extension ActorIdentity: CustomStringConvertible {
  /// The number, and the program in hexadecimal: `3@1f00c0de`.
  public var description: String { "\(self.number)@\(String(self.node, radix: 16))" }
}
