/// How to choose some of the combinations of a sweep.
///
/// The same sample of the same sweep always gives the same combinations. Each is taken once.
public struct Sample: Sendable, Hashable {
  /// The ways to choose.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Each combination is equally likely.
    case random
    /// Each parameter is cut into as many strata as there are samples, and each stratum used once.
    case latin
    /// Points of a Sobol sequence, which fill the space evenly; they do not depend on the seed.
    case sobol
  }

  /// How to choose.
  public var method: Method
  /// How many combinations; fewer if there are fewer.
  public var count: Int
  /// What the choice depends on.
  public var seed: UInt64

  /// Makes a way to choose.
  ///
  /// - Parameters:
  ///   - method: How to choose.
  ///   - count: How many combinations.
  ///   - seed: What the choice depends on.
  public init(_ method: Method, count: Int, seed: UInt64 = 1) {
    self.method = method
    self.count = count
    self.seed = seed
  }

  private static let triesForEach = 100

  /// Chooses combinations.
  func draw(from sweep: Sweep) throws -> [Combination] {
    guard self.count >= 0 else {
      throw SweepError(.definition, "a sample of \(self.count) combinations is not possible")
    }
    let space = SampleSpace(sweep.parameters.entries)
    let points = try self.points(space.dimensions)
    return try self.distinct(points, space, sweep)
  }

  // Points are asked for until enough different combinations have come, or it seems there are no more.
  private func distinct(
    _ points: @escaping (Int) -> [Double],
    _ space: SampleSpace,
    _ sweep: Sweep
  ) throws -> [Combination] {
    var seen: Set<Combination> = []
    var chosen: [Combination] = []
    var misses = 0
    var index = 0
    while chosen.count < self.count, misses < max(1_000, Self.triesForEach * self.count) {
      let combination = try space.combination(at: points(index))
      index += 1
      if try sweep.brokenConstraint(of: combination) == nil, seen.insert(combination).inserted {
        chosen.append(combination)
      } else {
        misses += 1
      }
    }
    return chosen
  }

  private func points(_ dimensions: Int) throws -> (Int) -> [Double] {
    switch self.method {
    case .sobol:
      let sequence = try SobolSequence(dimensions: dimensions)
      return { sequence.point($0) }
    case .random:
      var generator = SampleGenerator(seed: self.seed)
      return { _ in (0..<dimensions).map { _ in Double.random(in: 0..<1, using: &generator) } }
    case .latin:
      let count = max(1, self.count)
      var generator = SampleGenerator(seed: self.seed)
      var columns: [[Double]] = []
      return { index in
        // Where strata gave combinations that were there already, another hypercube follows.
        if index % count == 0 {
          columns = (0..<dimensions).map { _ in Self.column(count, &generator) }
        }
        return columns.map { $0[index % count] }
      }
    }
  }

  private static func column(_ count: Int, _ generator: inout SampleGenerator) -> [Double] {
    (0..<count).shuffled(using: &generator).map {
      (Double($0) + Double.random(in: 0..<1, using: &generator)) / Double(count)
    }
  }
}
