/// Where the host lists come from that an expression takes in with `file:PATH`, `^PATH` and `-`.
public struct HostTextReader: Sendable {
  /// Reads neither files nor standard input: each is an error.
  ///
  /// The default, so that an expression from elsewhere cannot read what its author should not see.
  public static let none = HostTextReader(
    file: { path in throw Refusal(description: "the file '\(path)' may not be read here") },
    input: { throw Refusal(description: "standard input may not be read here") }
  )

  /// Returns the text of a file.
  public var file: @Sendable (_ path: String) throws -> String
  /// Returns what standard input has, up to its end.
  public var input: @Sendable () throws -> String

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - file: Returns the text of a file.
  ///   - input: Returns what standard input has, up to its end.
  public init(
    file: @escaping @Sendable (_ path: String) throws -> String,
    input: @escaping @Sendable () throws -> String
  ) {
    self.file = file
    self.input = input
  }

  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }
}
