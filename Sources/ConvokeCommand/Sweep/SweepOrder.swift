import ConvokeSweep

/// The order in which combinations are executed, as `--order` and the file of a sweep say it.
enum SweepOrder {
  /// The words that are no expressions.
  static let words = ["given", "random"]

  case given
  case random(seed: UInt64)
  case expression(SweepExpression)

  /// Reads the word or the expression.
  ///
  /// - Throws: ``UsageError`` for a seed that is no number, `SweepError` for an expression that cannot be read.
  init(_ text: String) throws {
    switch text {
    case "given": self = .given
    case "random": self = .random(seed: .random(in: 0 ... .max))
    case _ where text.hasPrefix("random:"):
      guard let seed = UInt64(text.dropFirst("random:".count)) else {
        throw UsageError("--order '\(text)': the seed must be a whole number from 0 on")
      }
      self = .random(seed: seed)
    default: self = .expression(try SweepExpression(text))
    }
  }
}
