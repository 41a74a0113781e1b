import Foundation
import Glibc

/// A process of this machine, told apart from all others that ever get its number.
struct ProcessIdentity: Sendable, Hashable {
  /// The start of the machine, as the kernel names it.
  var boot: String
  /// The space of process numbers it lives in: containers have their own.
  var space: String
  /// The number of the process there.
  var number: Int32
  /// When it started, in ticks since the start of the machine.
  var start: String

  /// This process.
  static let current = ProcessIdentity(
    boot: ProcessIdentity.boot(),
    space: ProcessIdentity.space(),
    number: getpid(),
    start: ProcessIdentity.start(of: getpid()) ?? ""
  )

  /// Whether the process has certainly ended.
  ///
  /// Of a process in another space of numbers nothing is known but its signs of life.
  var hasEnded: Bool {
    let own = ProcessIdentity.current
    if self.boot != own.boot { return true }
    if self.space != own.space || self.space.isEmpty { return false }
    return ProcessIdentity.start(of: self.number) != self.start
  }

  private static func boot() -> String {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
  }

  private static func space() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
  }

  // Field 22 of proc(5) `stat`; the name in field 2 may hold anything but ends with the last ")".
  // A zombie has ended.
  private static func start(of number: Int32) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 20, fields[1] != "Z", fields[1] != "X" else { return nil }
    return String(fields[20])
  }
}

/// Seconds since the machine started, the time it slept included: a clock that nobody sets.
enum BootClock {
  static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
