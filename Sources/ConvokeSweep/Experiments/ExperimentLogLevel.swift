/// How important a line of the log is.
public enum ExperimentLogLevel: String, Sendable, Hashable, Comparable, CaseIterable {
  /// For those who look for a mistake.
  case debug
  /// What happens.
  case info
  /// What may be wrong.
  case warning
  /// What is wrong.
  case error

  /// Reads a name, or a number as Python's `logging` has them: 10 for debug to 40 for error.
  ///
  /// - Parameter text: The name, whatever its case, or the number; between two levels, the higher one.
  public init?(_ text: String) {
    if let level = Self(rawValue: text.lowercased()) {
      self = level
      return
    }
    guard let number = Int(text), number >= 0 else { return nil }
    self = number <= 10 ? .debug : number <= 20 ? .info : number <= 30 ? .warning : .error
  }

  /// Whether the left one is less important.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
