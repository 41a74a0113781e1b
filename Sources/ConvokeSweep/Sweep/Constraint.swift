/// What a combination must fulfil to be in a sweep.
public struct Constraint: Sendable {
  /// What is asked for, in words or as an expression; `explain` shows it.
  public var text: String
  let holds: @Sendable (Combination) throws -> Bool

  /// Makes a constraint.
  ///
  /// - Parameters:
  ///   - text: What is asked for, in words.
  ///   - holds: Whether a combination fulfils it.
  public init(_ text: String, _ holds: @escaping @Sendable (Combination) throws -> Bool) {
    self.text = text
    self.holds = holds
  }

  /// Makes a constraint of an expression.
  ///
  /// - Parameter expression: An expression that is true or false, as in ``SweepExpression``.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/syntax``.
  public init(expression: String) throws(SweepError) {
    let parsed = try SweepExpression(expression)
    self.init(expression) { combination in try parsed.isTrue(in: combination) }
  }
}
