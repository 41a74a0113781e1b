package import ConvokeProcess
import Glibc

/// Dates and lengths of time as text.
package enum TimeText {
  /// A date in the local time zone: `2026-03-01 12:30:00`.
  package static func date(_ moment: Timestamp) -> String {
    var seconds = time_t(moment.seconds)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    let fields = unsafe [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday].map(Self.twoDigits)
    let time = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map(Self.twoDigits)
    return "\(fields.joined(separator: "-")) \(time.joined(separator: ":"))"
  }

  /// A length of time in whole seconds: `1d1h1m1s`, `1m0s`, `0s`.
  static func length(_ seconds: Double) -> String {
    let total = Int(max(0, seconds))
    let days = total >= 86_400 ? "\(total / 86_400)d" : ""
    let hours = total >= 3_600 ? "\(total / 3_600 % 24)h" : ""
    let minutes = total >= 60 ? "\(total / 60 % 60)m" : ""
    return "\(days)\(hours)\(minutes)\(total % 60)s"
  }

  private static func twoDigits(_ number: Int32) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
