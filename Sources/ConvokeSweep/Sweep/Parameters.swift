/// The parameters of a sweep, in their order: the last one varies fastest.
public struct Parameters: Sendable {
  /// What is chosen together.
  enum Entry: Sendable {
    /// A parameter of its own.
    case factor(String, Factor)
    /// Parameters that change in step: one of these lists of values for all of them.
    case zipped([[ParameterValue.Field]])
  }

  private(set) var entries: [Entry] = []

  /// Makes no parameters.
  public init() {}

  /// Adds a parameter.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - factor: What it can be.
  public mutating func append(_ name: String, _ factor: Factor) {
    self.entries.append(.factor(name, factor))
  }

  /// Adds a parameter whose values an expression of the parameters before it gives.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - expression: An expression, as in ``SweepExpression``; a list gives several values.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/syntax``.
  public mutating func append(_ name: String, expression: String) throws(SweepError) {
    let expression = try SweepExpression(expression)
    self.append(
      name,
      .dependent { combination in
        let value = try expression.value(in: combination)
        if case .list(let values) = value { return values }
        return [value]
      }
    )
  }

  /// Adds parameters that change in step: the first values together, then the second ones.
  ///
  /// - Parameter lists: The names and their values, lists of the same length.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` if the lengths differ.
  public mutating func zip(
    _ lists: KeyValuePairs<String, [ParameterValue]>
  ) throws(SweepError) {
    try self.zip(lists: lists.map { ($0.key, $0.value) })
  }

  /// Adds parameters that change in step: the first values together, then the second ones.
  ///
  /// - Parameter lists: The names and their values, lists of the same length.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` if the lengths differ.
  public mutating func zip(
    lists: [(name: String, values: [ParameterValue])]
  ) throws(SweepError) {
    guard let first = lists.first else { return }
    for list in lists where list.values.count != first.values.count {
      throw SweepError(
        .definition,
        "'\(list.name)' has \(list.values.count) values and '\(first.name)' \(first.values.count); "
          + "parameters that are zipped need equally many"
      )
    }
    self.entries.append(
      .zipped(
        first.values.indices.map { index in
          lists.map { ParameterValue.Field($0.name, $0.values[index]) }
        }
      )
    )
  }
}

extension Parameters: ExpressibleByDictionaryLiteral {
  /// Makes parameters of their names and what they can be.
  public init(dictionaryLiteral elements: (String, Factor)...) {
    for (name, factor) in elements { self.append(name, factor) }
  }
}

extension Parameters.Entry {
  /// What can be chosen: fields to set, and the parameters that the choice brings.
  struct Choice: Sendable {
    var fields: [ParameterValue.Field]
    var parameters: [Parameters.Entry] = []
  }

  /// The choices, given what was chosen before.
  ///
  /// - Throws: What a dependent parameter throws; ``SweepError`` for an interval.
  func choices(after combination: Combination) throws -> [Choice] {
    switch self {
    case .zipped(let lists): return lists.map { Choice(fields: $0) }
    case .factor(let name, .list(let values)):
      return values.map { Choice(fields: [.init(name, $0)]) }
    case .factor(let name, .dependent(let make)):
      return try make(combination).map { Choice(fields: [.init(name, $0)]) }
    case .factor(let name, .levels(let levels)):
      return levels.map {
        Choice(fields: [.init(name, $0.value)], parameters: $0.parameters.entries)
      }
    case .factor(let name, .interval(let low, let high, _)):
      throw SweepError(
        .definition,
        "'\(name)' is any number from \(low) to \(high); say how many with a sample, or list values"
      )
    }
  }
}
