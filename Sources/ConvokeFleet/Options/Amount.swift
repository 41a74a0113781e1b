/// A number of hosts, absolute or as a share of all: `3` or `10%`.
public enum Amount: Sendable, Hashable {
  /// So many, at least 1.
  case count(Int)
  /// So many in a hundred, over 0 and up to 100.
  case percent(Double)

  /// Reads a number or a percentage.
  ///
  /// - Parameter text: A whole number from 1 on, or a number over 0 and up to 100 with `%`.
  /// - Throws: ``FleetError`` with code ``FleetError/Code/syntax``.
  public init(parsing text: String) throws(FleetError) {
    if text.hasSuffix("%"), let percent = Double(text.dropLast()), percent > 0, percent <= 100 {
      self = .percent(percent)
    } else if let count = Int(text), count >= 1 {
      self = .count(count)
    } else {
      throw FleetError(
        .syntax,
        "'\(text)' is neither a whole number from 1 on nor a percentage over 0% and up to 100%"
      )
    }
  }

  /// The number of hosts this stands for: at least 1, a part of a host counts as a whole one.
  ///
  /// - Parameter total: How many hosts there are.
  /// - Returns: The number of hosts.
  public func count(of total: Int) -> Int {
    switch self {
    case .count(let count): max(1, count)
    case .percent(let percent): max(1, Int((Double(total) * percent / 100).rounded(.up)))
    }
  }
}

extension Amount: CustomStringConvertible {
  /// The text that ``init(parsing:)`` reads.
  public var description: String {
    switch self {
    case .count(let count): return "\(count)"
    case .percent(let percent):
      let whole = percent == percent.rounded()
      return whole ? "\(Int(percent))%" : "\(percent)%"
    }
  }
}
