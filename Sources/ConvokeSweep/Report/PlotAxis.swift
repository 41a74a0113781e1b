import Glibc

/// One axis of a plot: where values stand, and which are named.
struct PlotAxis: Sendable {
  /// What it shows.
  var label: String
  /// The names of values that are no numbers, in their order; `nil` for numbers.
  var categories: [ParameterValue]?
  private var low = 0.0
  private var high = 1.0
  private var isLogarithmic = false

  /// An axis for numbers; logarithmic ones need numbers greater than zero and fall back otherwise.
  init(_ label: String, numbers: [Double], isLogarithmic: Bool = false, fromZero: Bool = false) {
    self.label = label
    let least = numbers.min() ?? 0
    let most = numbers.max() ?? 1
    self.isLogarithmic = isLogarithmic && least > 0
    self.low = fromZero && !self.isLogarithmic ? min(0, least) : least
    self.high = most
    if self.low == self.high {
      self.low -= self.isLogarithmic ? self.low / 2 : max(abs(least) / 2, 0.5)
      self.high += max(abs(most) / 2, 0.5)
    }
    guard !self.isLogarithmic else { return }
    let room = (self.high - self.low) * 0.04
    if self.low != 0 { self.low -= room }
    self.high += room
  }

  /// An axis for a few values.
  init(_ label: String, categories: [ParameterValue]) {
    self.label = label
    self.categories = categories
  }

  /// Where a value stands, from 0 to 1; `nil` if it has no place.
  func position(_ value: ParameterValue) -> Double? {
    if let categories = self.categories {
      guard let index = categories.firstIndex(of: value) else { return nil }
      return (Double(index) + 0.5) / Double(categories.count)
    }
    return value.number.map(self.position)
  }

  /// Where a number stands, from 0 to 1.
  func position(_ number: Double) -> Double {
    if self.isLogarithmic { return log(number / self.low) / log(self.high / self.low) }
    return (number - self.low) / (self.high - self.low)
  }

  /// The values that are named, with their places.
  var ticks: [(position: Double, text: String)] {
    if let categories = self.categories {
      return categories.enumerated().map { index, value in
        ((Double(index) + 0.5) / Double(categories.count), value.description)
      }
    }
    return (self.isLogarithmic ? self.decades : self.steps).map {
      (self.position($0), Markup.label($0))
    }
  }

  // Steps of 1, 2 or 5 times a power of ten: five to ten of them.
  private var steps: [Double] {
    let raw = (self.high - self.low) / 6
    let magnitude = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].first { $0 * magnitude >= raw }.map { $0 * magnitude } ?? raw
    let first = (self.low / step).rounded(.up)
    let last = (self.high / step).rounded(.down)
    guard last >= first, last - first < 50 else { return [self.low, self.high] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  private var decades: [Double] {
    let exponents = Int(floor(log10(self.low)))...Int(ceil(log10(self.high)))
    let parts: [Double] = exponents.count > 3 ? [1] : [1, 2, 5]
    let all = exponents.flatMap { exponent in parts.map { $0 * pow(10, Double(exponent)) } }
    let inside = all.filter { $0 >= self.low * 0.999 && $0 <= self.high * 1.001 }
    return inside.count > 1 ? inside : [self.low, self.high]
  }
}
