/// A small expression over the parameters of a combination.
///
/// It knows numbers, texts in quotes, lists in brackets, `true`, `false`, `null` and the names of
/// parameters; `+ - * / // % **`; `== != < <= > >= in`; `not`, `and`, `or`; `A if C else B`; and the
/// functions `min`, `max`, `abs`, `round`, `floor`, `ceil`, `log2`, `sqrt`, `len`. A name that the
/// combination does not have is `null`, which is neither less nor greater than anything. Of whole numbers
/// `/` gives a fraction and `//` the whole number below, as in Python. It can call nothing else.
public struct SweepExpression: Sendable {
  /// The text of the expression.
  public let text: String
  let root: ExpressionNode

  /// Reads an expression.
  ///
  /// - Parameter text: The expression.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/syntax`` that shows where it is wrong.
  public init(_ text: String) throws(SweepError) {
    self.text = text
    self.root = try ExpressionReader.read(text)
  }

  /// The value for a combination.
  ///
  /// - Parameter combination: The combination.
  /// - Returns: The value.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` if values do not fit together.
  public func value(in combination: Combination) throws(SweepError) -> ParameterValue {
    do {
      return try self.root.value(in: combination)
    } catch {
      throw SweepError(
        .definition,
        "'\(self.text)'\(combination.fields.isEmpty ? "" : " for \(combination)"): \(error.message)"
      )
    }
  }

  /// Whether the expression holds for a combination: `false`, `null`, 0 and what is empty do not.
  ///
  /// - Parameter combination: The combination.
  /// - Returns: Whether it holds.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` if values do not fit together.
  public func isTrue(in combination: Combination) throws(SweepError) -> Bool {
    try self.value(in: combination).isTrue
  }

  /// The names of parameters that occur in it.
  public var names: Set<String> { self.root.names }
}
