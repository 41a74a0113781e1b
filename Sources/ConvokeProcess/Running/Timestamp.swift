import Glibc

/// A moment of wall-clock time: seconds since 1970-01-01 00:00 UTC.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  /// The seconds since 1970-01-01 00:00 UTC.
  public var seconds: Double

  /// Makes a moment.
  ///
  /// - Parameter seconds: The seconds since 1970-01-01 00:00 UTC.
  public init(seconds: Double) { self.seconds = seconds }

  /// The present moment.
  public static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }

  /// Compares two moments.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }
}
