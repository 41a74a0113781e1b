/// A piece of output as it arrived; pieces may end anywhere, also within a character.
public struct OutputChunk: Sendable, Hashable {
  /// The stream the bytes were written to.
  public var stream: OutputStream
  /// The bytes, at least one.
  public var bytes: [UInt8]

  /// Makes a chunk.
  ///
  /// - Parameters:
  ///   - stream: The stream the bytes were written to.
  ///   - bytes: The bytes.
  public init(_ stream: OutputStream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}
