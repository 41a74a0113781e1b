/// What a check of the doctor has found.
struct Finding: Sendable {
  /// How bad it is.
  enum Level: String, Sendable, Comparable {
    case ok, warning, failure

    /// Compares by how bad the levels are.
    static func < (left: Level, right: Level) -> Bool { left.weight < right.weight }

    private var weight: Int { self == .ok ? 0 : self == .warning ? 1 : 2 }
  }

  /// How bad it is.
  var level: Level
  /// What was checked, such as `tcp`.
  var check: String
  /// What was found: a short sentence with the values.
  var message: String
  /// What to do about it.
  var remedy: String?

  /// A finding that needs nothing done.
  static func ok(_ check: String, _ message: String) -> Finding {
    Finding(level: .ok, check: check, message: message)
  }

  /// A finding to think about.
  static func warning(_ check: String, _ message: String, _ remedy: String) -> Finding {
    Finding(level: .warning, check: check, message: message, remedy: remedy)
  }

  /// A finding that keeps work from being done.
  static func failure(_ check: String, _ message: String, _ remedy: String) -> Finding {
    Finding(level: .failure, check: check, message: message, remedy: remedy)
  }
}
