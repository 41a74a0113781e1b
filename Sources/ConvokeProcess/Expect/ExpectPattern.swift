/// Something to look for in the output of a process.
public enum ExpectPattern {
  /// A regular expression.
  case regex(Regex<AnyRegexOutput>)
  /// A piece of text, as it is.
  case text(String)
  /// The end of the stream, as an answer instead of an error.
  case endOfFile

  /// A regular expression, as a literal or from a builder.
  ///
  /// - Parameter regex: The expression.
  /// - Returns: The pattern.
  public static func matching<Output>(_ regex: Regex<Output>) -> ExpectPattern {
    .regex(Regex<AnyRegexOutput>(regex))
  }
}

extension ExpectPattern: ExpressibleByStringLiteral {
  /// Makes a pattern that looks for a piece of text, as it is.
  ///
  /// - Parameter value: The text.
  public init(stringLiteral value: String) { self = .text(value) }
}

// Regex is not Sendable.
@available(*, unavailable)
extension ExpectPattern: Sendable {}
