internal import CConvokeSystem

/// A moment of wall-clock time: seconds since 1970-01-01 00:00 UTC.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  /// The seconds since 1970-01-01 00:00 UTC.
  public var seconds: Double

  /// Makes a moment.
  ///
  /// - Parameter seconds: The seconds since 1970-01-01 00:00 UTC.
  public init(seconds: Double) { self.seconds = seconds }

  /// The present moment.
  public static var now: Timestamp { Timestamp(seconds: convoke_wall_clock()) }

  /// Compares two moments.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }
}
