/// What a parameter can be.
public enum Factor: Sendable {
  /// One of these values; an empty list leaves the parameter out.
  case list([ParameterValue])
  /// One of these values, each of which brings parameters of its own.
  case levels([Level])
  /// Any number between two ends, the ends included; for sampled sweeps only.
  ///
  /// The numbers are spread evenly, or over orders of magnitude (`isLogarithmic`; both ends are then
  /// greater than zero).
  case interval(Double, Double, isLogarithmic: Bool = false)
  /// The values that follow from the parameters before it.
  case dependent(@Sendable (Combination) throws -> [ParameterValue])

  /// A value and the parameters that only it has.
  public struct Level: Sendable {
    /// The value.
    public var value: ParameterValue
    /// The parameters that are explored for this value alone.
    public var parameters: Parameters

    /// Makes a level.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - parameters: The parameters that are explored for this value alone.
    public init(_ value: ParameterValue, _ parameters: Parameters = [:]) {
      self.value = value
      self.parameters = parameters
    }
  }
}

extension Factor: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// Makes a factor of its values.
  public init(arrayLiteral elements: ParameterValue...) { self = .list(elements) }

  /// Makes a factor of its values and the parameters that each brings.
  public init(dictionaryLiteral elements: (ParameterValue, Parameters)...) {
    self = .levels(elements.map { Level($0, $1) })
  }
}

extension Factor {
  /// Whole numbers from one end to the other, both included.
  ///
  /// - Parameters:
  ///   - range: The ends.
  ///   - step: The distance, greater than zero.
  /// - Returns: The factor.
  public static func range(_ range: ClosedRange<Int>, by step: Int = 1) -> Factor {
    precondition(step > 0, "the step of a range is greater than zero, not \(step)")
    let numbers = stride(from: range.lowerBound, through: range.upperBound, by: step)
    return .list(numbers.map { .int($0) })
  }

  /// Numbers at equal distances, both ends included.
  ///
  /// - Parameters:
  ///   - first: The first number.
  ///   - last: The last number.
  ///   - count: How many; 1 gives the first, 0 none.
  /// - Returns: The factor.
  public static func linear(from first: Double, to last: Double, count: Int) -> Factor {
    .list(Progression.linear(from: first, to: last, count: count).map { .double($0) })
  }

  /// Numbers at equal ratios, both ends included; execo's `geom`.
  ///
  /// - Parameters:
  ///   - first: The first number, greater than zero.
  ///   - last: The last number, greater than zero.
  ///   - count: How many; 1 gives the first, 0 none.
  /// - Returns: The factor.
  public static func geometric(from first: Double, to last: Double, count: Int) -> Factor {
    .list(Progression.geometric(from: first, to: last, count: count).map { .double($0) })
  }

  /// Whole numbers at about equal ratios, each once, both ends included; execo's `igeom`.
  ///
  /// - Parameters:
  ///   - first: The first number, greater than zero.
  ///   - last: The last number, greater than zero.
  ///   - count: How many at most.
  /// - Returns: The factor.
  public static func integerGeometric(from first: Int, to last: Int, count: Int) -> Factor {
    .list(Progression.integerGeometric(from: first, to: last, count: count).map { .int($0) })
  }
}
