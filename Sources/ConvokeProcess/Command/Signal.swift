import Glibc

/// A signal of the operating system, by number on this machine and by name on the wire.
public struct Signal: Sendable, Hashable {
  /// The number on this machine.
  public var rawValue: Int32

  /// Makes a signal from its number.
  ///
  /// - Parameter rawValue: The number, from 1 to 64 on Linux.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Makes a signal from its name.
  ///
  /// - Parameter name: The name with or without `SIG`, in any case, or a number: `TERM`, `sigterm`, `15`.
  public init?(name: String) {
    let upper = name.uppercased()
    let bare = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    if let number = Int32(bare), (1...64).contains(number) {
      self.init(rawValue: number)
    } else if let entry = Signal.names.first(where: { $0.value == bare }) {
      self.init(rawValue: entry.key)
    } else {
      return nil
    }
  }
}

extension Signal {
  /// Hang-up: the terminal or the link is gone.
  public static let hangUp = Signal(rawValue: SIGHUP)
  /// Interrupt, as Ctrl-C sends.
  public static let interrupt = Signal(rawValue: SIGINT)
  /// Quit, as Ctrl-\ sends.
  public static let quit = Signal(rawValue: SIGQUIT)
  /// Termination, which a program may handle to clean up.
  public static let terminate = Signal(rawValue: SIGTERM)
  /// The end at once, which no program can handle.
  public static let kill = Signal(rawValue: SIGKILL)
  /// Stop until ``cont`` arrives.
  public static let stop = Signal(rawValue: SIGSTOP)
  /// Go on after ``stop``.
  public static let cont = Signal(rawValue: SIGCONT)
  /// The first of the two free for a program's own use.
  public static let user1 = Signal(rawValue: SIGUSR1)
  /// The second of the two free for a program's own use.
  public static let user2 = Signal(rawValue: SIGUSR2)

  /// The name without `SIG`, as RFC 4254 section 6.10 and `kill -s` use it; a number if it has none.
  public var name: String { Signal.names[self.rawValue] ?? String(self.rawValue) }

  // The table of signal(7) for x86 and ARM.
  private static let names: [Int32: String] = [
    1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE",
    9: "KILL", 10: "USR1", 11: "SEGV", 12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM",
    16: "STKFLT", 17: "CHLD", 18: "CONT", 19: "STOP", 20: "TSTP", 21: "TTIN", 22: "TTOU",
    23: "URG", 24: "XCPU", 25: "XFSZ", 26: "VTALRM", 27: "PROF", 28: "WINCH", 29: "IO",
    30: "PWR", 31: "SYS",
  ]
}

extension Signal: CustomStringConvertible {
  /// The name with `SIG`.
  public var description: String { "SIG\(self.name)" }
}
