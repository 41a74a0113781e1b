/// Why a host set could not be read or computed.
public struct HostSetError: Error, Sendable {
  /// What kind of error this is, to branch on.
  public var code: Code
  /// What is wrong: one sentence with the offending text and where it stands.
  public var message: String
  /// The whole expression that was read, or `nil` where there is none.
  public var text: String?
  /// Where the trouble starts in ``text``, in UTF-8 bytes from 0.
  public var position: Int?
  /// The error beneath, such as that of a command of a group source.
  public var cause: (any Error)?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: What kind of error this is.
  ///   - message: One sentence with the offending text.
  ///   - text: The whole expression that was read.
  ///   - position: Where the trouble starts in the text, in UTF-8 bytes.
  ///   - cause: The error beneath.
  public init(
    _ code: Code,
    _ message: String,
    text: String? = nil,
    position: Int? = nil,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.text = text
    self.position = position
    self.cause = cause
  }
}

extension HostSetError: CustomStringConvertible {
  /// The message, and the cause if there is one.
  public var description: String {
    guard let cause = self.cause else { return self.message }
    return "\(self.message): \(cause)"
  }
}
