/// A line of output, without its end.
public struct OutputLine: Sendable, Hashable {
  /// The stream the line was written to.
  public var stream: OutputStream
  /// The bytes of the line, without LF or CR LF.
  public var bytes: [UInt8]

  /// Makes a line.
  ///
  /// - Parameters:
  ///   - stream: The stream the line was written to.
  ///   - bytes: The bytes of the line, without its end.
  public init(_ stream: OutputStream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }

  /// The line as text; bytes that are not UTF-8 become U+FFFD.
  public var text: String { String(decoding: self.bytes, as: UTF8.self) }
}
