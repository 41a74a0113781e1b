/// How large a value may be: what bytes of a stranger can make us do, and what we send.
public struct WireLimits: Sendable, Hashable {
  /// The most bytes of memory that a value being read may take, all working space included.
  ///
  /// A value being written may not be longer than this many bytes.
  public var memory: Int
  /// The most bytes of one text or bytes value, and the most elements of one container.
  public var length: Int
  /// The most containers inside one another, at most ``deepest``.
  public var depth: Int {
    didSet { self.depth = min(self.depth, Self.deepest) }
  }
  /// The most digits of an integer beyond 64 bits.
  ///
  /// CPython from 3.11 on reads no more than 4300.
  public var digits: Int

  /// The greatest depth that can be asked for, so that no value overflows the stack of a thread.
  public static let deepest = 1024

  /// Makes limits.
  ///
  /// - Parameters:
  ///   - memory: The most bytes of memory of a value.
  ///   - length: The most bytes or elements of a part, at most `Int32.max`.
  ///   - depth: The most containers inside one another; execnet itself writes no more than 500.
  ///   - digits: The most digits of an integer beyond 64 bits.
  public init(
    memory: Int = 512 << 20,
    length: Int = 256 << 20,
    depth: Int = 512,
    digits: Int = 4300
  ) {
    self.memory = memory
    self.length = min(length, Int(Int32.max))
    self.depth = min(depth, Self.deepest)
    self.digits = digits
  }
}
