/// The combinations of parameters to try.
///
/// A sweep is a sequence that makes its combinations one after the other, in an order that depends on
/// nothing but the definition: the first parameter varies slowest.
///
/// ```swift
/// let sweep: Sweep = [
///   "size": [1, 2, 4],
///   "mode": ["a": [:], "b": ["level": [1, 2]]],
/// ]
/// for combination in try sweep.combinations() { print(combination) }
/// ```
public struct Sweep: Sendable {
  /// The parameters.
  public var parameters: Parameters
  /// What each combination fulfils; one that does not is left out.
  public var constraints: [Constraint]
  /// How to choose some of the combinations; `nil` takes them all.
  public var sample: Sample?

  /// Makes a sweep.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - constraints: What each combination fulfils.
  ///   - sample: How to choose some of the combinations; `nil` takes them all.
  public init(
    _ parameters: Parameters,
    constraints: [Constraint] = [],
    sample: Sample? = nil
  ) {
    self.parameters = parameters
    self.constraints = constraints
    self.sample = sample
  }

  /// The combinations, made as they are asked for unless the sweep is sampled.
  ///
  /// - Returns: A sequence that can be iterated over any number of times; an error of a dependent
  ///   parameter or a constraint ends it and is rethrown by ``Combinations/Iterator/next()``.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` if a sample cannot be drawn.
  public func combinations() throws -> Combinations {
    if let sample = self.sample { return Combinations(list: try sample.draw(from: self)) }
    return Combinations(sweep: self)
  }

  /// All combinations as an array.
  ///
  /// - Returns: The combinations in the order of the sweep.
  /// - Throws: What a dependent parameter or a constraint throws, or ``SweepError``.
  public func all() throws -> [Combination] {
    var combinations = try self.combinations().makeIterator()
    var all: [Combination] = []
    while let combination = try combinations.next() { all.append(combination) }
    return all
  }

  /// The constraint that a combination does not fulfil, if there is one.
  ///
  /// - Parameter combination: The combination.
  /// - Returns: The first constraint broken.
  /// - Throws: What a constraint throws.
  public func brokenConstraint(of combination: Combination) throws -> Constraint? {
    try self.constraints.first { try !$0.holds(combination) }
  }
}

extension Sweep: ExpressibleByDictionaryLiteral {
  /// Makes a sweep of its parameters.
  public init(dictionaryLiteral elements: (String, Factor)...) {
    var parameters = Parameters()
    for (name, factor) in elements { parameters.append(name, factor) }
    self.init(parameters)
  }
}
