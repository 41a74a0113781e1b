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

  /// The name of this machine.
  static let machine: String = {
    var system = utsname()
    guard unsafe uname(&system) == 0 else { return "" }
    return unsafe withUnsafeBytes(of: &system.nodename) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }()

  /// Whether the process has certainly ended.
  ///
  /// Of a process in another space of numbers nothing is known but its signs of life.
  var hasEnded: Bool {
    let own = ProcessIdentity.current
    if self.boot != own.boot { return true }
    if self.space != own.space || self.space.isEmpty || self.start.isEmpty { return false }
    guard let start = ProcessIdentity.start(of: self.number) else { return true }
    return !start.isEmpty && start != self.start
  }

  private static func boot() -> String {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
  }

  private static func space() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
  }

  // Field 22 of proc(5) `stat`; the name in field 2 may hold anything but ends with the last ")".
  // A zombie has ended. The answer is nil for what has ended, and empty if nothing can be found out.
  private static func start(of number: Int32) -> String? {
    guard let bytes = Self.head(of: "/proc/\(number)/stat") else { return nil }
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return "" }
    let fields = bytes[end...].split(separator: UInt8(ascii: " "))
    guard fields.count > 20, !fields[1].elementsEqual("Z".utf8), !fields[1].elementsEqual("X".utf8)
    else { return nil }
    return String(decoding: fields[20], as: UTF8.self)
  }

  // The kernel gives the whole of such a file to one read; nil if there is no such file any more.
  private static func head(of path: String) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return errno == ENOENT ? nil : [] }
    defer { close(file) }
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, filled in
      count = unsafe read(file, buffer.baseAddress, buffer.count)
      filled = max(count, 0)
    }
    return count < 0 && errno == ESRCH ? nil : bytes
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
