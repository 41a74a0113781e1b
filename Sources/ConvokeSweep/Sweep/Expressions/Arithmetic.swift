import Glibc

/// What operators and functions of expressions do.
enum Arithmetic {
  /// The functions there are, with the least and the largest number of arguments.
  static let functions: [String: ClosedRange<Int>] = [
    "min": 1...100, "max": 1...100, "abs": 1...1, "round": 1...1, "floor": 1...1, "ceil": 1...1,
    "log2": 1...1, "sqrt": 1...1, "len": 1...1,
  ]

  /// Applies an operator.
  static func apply(
    _ name: String,
    _ left: ParameterValue,
    _ right: ParameterValue
  ) throws(SweepError) -> ParameterValue {
    switch name {
    case "==": return .bool(Self.areEqual(left, right))
    case "!=": return .bool(!Self.areEqual(left, right))
    case "<", "<=", ">", ">=": return .bool(Self.compare(name, left, right))
    case "in": return .bool(try Self.contains(right, left))
    default: break
    }
    if name == "+", case .text(let first) = left, case .text(let second) = right {
      return .text(first + second)
    }
    if case .int(let first) = left, case .int(let second) = right,
      let value = try Self.whole(name, first, second)
    {
      return .int(value)
    }
    guard let first = left.number, let second = right.number else {
      throw SweepError(.definition, "\(left.json) \(name) \(right.json) cannot be computed")
    }
    return .double(try Self.fraction(name, first, second))
  }

  // `nil` where the result is a fraction.
  private static func whole(_ name: String, _ a: Int, _ b: Int) throws(SweepError) -> Int? {
    var result: (partialValue: Int, overflow: Bool)
    switch name {
    case "+": result = a.addingReportingOverflow(b)
    case "-": result = a.subtractingReportingOverflow(b)
    case "*": result = a.multipliedReportingOverflow(by: b)
    case "//", "%":
      guard b != 0 else { throw SweepError(.definition, "\(a) \(name) 0 divides by zero") }
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      let rest = overflow ? 0 : a % b
      // Python rounds down, so the rest has the sign of the divisor.
      let isOff = rest != 0 && (rest < 0) != (b < 0)
      result = (name == "%" ? rest + (isOff ? b : 0) : quotient - (isOff ? 1 : 0), overflow)
    case "**" where b >= 0:
      result = (1, false)
      for _ in 0..<min(b, 64) where !result.overflow {
        result = result.partialValue.multipliedReportingOverflow(by: a)
      }
      if b > 64, abs(a) > 1 { result.overflow = true }
    default: return nil
    }
    if result.overflow { throw SweepError(.definition, "\(a) \(name) \(b) is too large") }
    return result.partialValue
  }

  private static func fraction(
    _ name: String,
    _ a: Double,
    _ b: Double
  ) throws(SweepError) -> Double {
    if ["/", "//", "%"].contains(name), b == 0 {
      throw SweepError(.definition, "\(a) \(name) 0 divides by zero")
    }
    switch name {
    case "+": return a + b
    case "-": return a - b
    case "*": return a * b
    case "/": return a / b
    case "//": return (a / b).rounded(.down)
    case "%": return a - b * (a / b).rounded(.down)
    default: return pow(a, b)
    }
  }

  /// Whether two values are equal; numbers are compared as numbers.
  private static func areEqual(_ left: ParameterValue, _ right: ParameterValue) -> Bool {
    if let first = left.number, let second = right.number { return first == second }
    return left == right
  }

  private static func compare(
    _ name: String,
    _ left: ParameterValue,
    _ right: ParameterValue
  ) -> Bool {
    let order: (isLess: Bool, isEqual: Bool)
    if let first = left.number, let second = right.number {
      order = (first < second, first == second)
    } else if case .text(let first) = left, case .text(let second) = right {
      order = (first < second, first == second)
    } else {
      return false
    }
    switch name {
    case "<": return order.isLess
    case "<=": return order.isLess || order.isEqual
    case ">": return !order.isLess && !order.isEqual
    default: return !order.isLess
    }
  }

  private static func contains(
    _ whole: ParameterValue,
    _ part: ParameterValue
  ) throws(SweepError)
    -> Bool
  {
    switch (whole, part) {
    case (.list(let values), _): return values.contains { Self.areEqual($0, part) }
    case (.text(let text), .text(let part)): return part.isEmpty || text.contains(part)
    case (.null, _): return false
    default: throw SweepError(.definition, "nothing can be in \(whole.json)")
    }
  }

  /// Calls a function.
  static func call(_ name: String, _ values: [ParameterValue]) throws(SweepError) -> ParameterValue
  {
    var values = values
    if name == "len" {
      switch values[0] {
      case .list(let list): return .int(list.count)
      case .text(let text): return .int(text.count)
      default: throw SweepError(.definition, "\(values[0].json) has no length")
      }
    }
    if values.count == 1, case .list(let list) = values[0] { values = list }
    guard let first = values.first, values.allSatisfy({ $0.number != nil }) else {
      throw SweepError(.definition, "\(name) needs numbers, not \(values.map(\.json))")
    }
    let number = first.number ?? 0
    switch name {
    case "min": return values.min { ($0.number ?? 0) < ($1.number ?? 0) } ?? first
    case "max": return values.max { ($0.number ?? 0) < ($1.number ?? 0) } ?? first
    case "abs": return number < 0 ? try Self.apply("-", .int(0), first) : first
    case "round": return try Self.rounded(number, .toNearestOrEven)
    case "floor": return try Self.rounded(number, .down)
    case "ceil": return try Self.rounded(number, .up)
    case "log2": return .double(log2(number))
    default: return .double(number.squareRoot())
    }
  }

  private static func rounded(
    _ number: Double,
    _ rule: FloatingPointRoundingRule
  ) throws(SweepError) -> ParameterValue {
    guard let whole = Int(exactly: number.rounded(rule)) else {
      throw SweepError(.definition, "\(number) is too large for a whole number")
    }
    return .int(whole)
  }
}
