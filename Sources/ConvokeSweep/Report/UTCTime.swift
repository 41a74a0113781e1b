import Glibc

/// Points in time for people.
enum UTCTime {
  /// The date and the time in UTC, as `2026-03-01 12:30:05` (ISO 8601 with a space).
  ///
  /// - Parameter seconds: Seconds since 1970.
  /// - Returns: The text.
  static func text(_ seconds: Double) -> String {
    var time = time_t(seconds)
    var parts = unsafe tm()
    guard unsafe gmtime_r(&time, &parts) != nil else { return "\(seconds)" }
    let date = unsafe [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map(Int.init)
    return date.map(self.two).joined(separator: "-") + " "
      + clock.map(self.two).joined(separator: ":")
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
