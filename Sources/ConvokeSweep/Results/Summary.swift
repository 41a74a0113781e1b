import Glibc

/// What several measurements of the same thing say.
public struct Summary: Sendable, Hashable {
  /// How many there are.
  public var count: Int
  /// The mean.
  public var mean: Double
  /// The median: half of the measurements are not larger, half not smaller.
  public var median: Double
  /// The standard deviation of the sample; 0 for a single one.
  public var deviation: Double
  /// The lower end of the confidence interval of the median.
  public var low: Double
  /// The upper end of the confidence interval of the median.
  public var high: Double
  /// How likely the interval covers the true median, at least 0.95 from six measurements on.
  public var confidence: Double

  /// Sums up measurements.
  ///
  /// The interval is the one of order statistics, which assumes nothing about the distribution: with
  /// `n` measurements, that from the k-th smallest to the k-th largest covers the median with
  /// probability 1 - 2 P(Binomial(n, 1/2) < k) (David and Nagaraja, Order Statistics, 3rd edition,
  /// section 7.1). The largest k is taken that reaches 95 %; where none does, k is 1, and
  /// ``confidence`` says what that is worth.
  ///
  /// - Parameter values: The measurements, in any order; `nil` is made of an empty list.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let count = sorted.count
    self.count = count
    let mean = sorted.reduce(0, +) / Double(count)
    self.mean = mean
    self.median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
    let (rank, confidence) = Self.rank(count)
    self.low = sorted[rank - 1]
    self.high = sorted[count - rank]
    self.confidence = confidence
  }

  private static func rank(_ count: Int) -> (rank: Int, confidence: Double) {
    var tail = 0.0
    var best = (rank: 1, confidence: max(0, 1 - 2 * exp2(-Double(count))))
    for rank in 1...max(1, (count + 1) / 2) {
      // Adds P(exactly rank - 1), by logarithms: the powers are tiny.
      let below = Double(rank - 1)
      let all = Double(count)
      let ways = lgamma(all + 1) - lgamma(below + 1) - lgamma(all - below + 1)
      tail += exp(ways - all * log(2))
      let confidence = 1 - 2 * tail
      if confidence < 0.95 { break }
      best = (rank, confidence)
    }
    return best
  }
}

extension Summary {
  /// One result of several: every number becomes the median, with its interval beside it.
  ///
  /// A field `time` becomes `time`, `time_low` and `time_high`; other fields are those of the first
  /// result. A single result stays as it is.
  ///
  /// - Parameter results: The results of the repetitions, at least one.
  /// - Returns: The result of all of them.
  static func result(of results: [ParameterValue]) -> ParameterValue {
    guard let first = results.first, results.count > 1 else { return results.first ?? .null }
    guard case .object(let fields) = first else {
      return Self.fields("value", results).first?.value ?? first
    }
    return .object(
      fields.flatMap { field in Self.fields(field.name, results.map { $0[field.name] ?? .null }) }
    )
  }

  private static func fields(
    _ name: String,
    _ values: [ParameterValue]
  ) -> [ParameterValue.Field] {
    let numbers = values.compactMap(\.number)
    guard numbers.count == values.count, let summary = Summary(numbers) else {
      return [.init(name, values[0])]
    }
    return [
      .init(name, .double(summary.median)), .init("\(name)_low", .double(summary.low)),
      .init("\(name)_high", .double(summary.high)),
    ]
  }
}
