import Glibc

/// The parameters of a sweep as a cube: each point of it is a combination.
///
/// Every parameter has a dimension of its own, also those that only one value of another brings.
struct SampleSpace {
  private let entries: [Parameters.Entry]
  /// How many dimensions there are.
  let dimensions: Int

  init(_ entries: [Parameters.Entry]) {
    self.entries = entries
    self.dimensions = Self.dimensions(entries)
  }

  private static func dimensions(_ entries: [Parameters.Entry]) -> Int {
    entries.reduce(0) { sum, entry in
      guard case .factor(_, .levels(let levels)) = entry else { return sum + 1 }
      return sum + 1 + levels.reduce(0) { $0 + Self.dimensions($1.parameters.entries) }
    }
  }

  /// The combination at a point.
  func combination(at point: [Double]) throws -> Combination {
    var combination = Combination()
    var index = 0
    try Self.choose(self.entries, point, &index, &combination)
    return combination
  }

  private static func choose(
    _ entries: [Parameters.Entry],
    _ point: [Double],
    _ index: inout Int,
    _ combination: inout Combination
  ) throws {
    for entry in entries {
      let share = point[index]
      index += 1
      if case .factor(let name, .interval(let low, let high, let isLogarithmic)) = entry {
        combination[name] = .double(Self.between(low, high, isLogarithmic, share))
        continue
      }
      let choices = try entry.choices(after: combination)
      let chosen = min(Int(share * Double(choices.count)), choices.count - 1)
      for (position, choice) in choices.enumerated() {
        if position == chosen {
          for field in choice.fields { combination[field.name] = field.value }
          try Self.choose(choice.parameters, point, &index, &combination)
        } else {
          index += Self.dimensions(choice.parameters)
        }
      }
    }
  }

  private static func between(
    _ low: Double,
    _ high: Double,
    _ isLogarithmic: Bool,
    _ share: Double
  ) -> Double {
    isLogarithmic ? low * pow(high / low, share) : low + (high - low) * share
  }
}
