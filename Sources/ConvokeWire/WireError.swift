/// Why bytes could not be read, or a value could not be written or converted.
public struct WireError: Error, Sendable {
  /// What kind of error this is, to branch on.
  public var code: Code
  /// What is wrong: one sentence with the offending value.
  public var message: String
  /// Where in the bytes the trouble is, counted from 0, or `nil` where there are no bytes.
  public var offset: Int?
  /// The keys and indices that lead to the offending value, outermost first.
  public var path: [String]

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: What kind of error this is.
  ///   - message: One sentence with the offending value.
  ///   - offset: Where in the bytes the trouble is.
  ///   - path: The keys and indices that lead to the offending value.
  public init(_ code: Code, _ message: String, offset: Int? = nil, path: [String] = []) {
    self.code = code
    self.message = message
    self.offset = offset
    self.path = path
  }
}

extension WireError: CustomStringConvertible {
  /// The message, with the place of the trouble.
  public var description: String {
    var text = self.message
    if !self.path.isEmpty { text += " (at \(self.path.joined(separator: ".")))" }
    if let offset = self.offset { text += " (at byte \(offset))" }
    return text
  }
}
