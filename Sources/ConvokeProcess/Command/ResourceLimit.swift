/// How much of a resource a process may use: the limit that counts, and the one it may be raised to.
public struct ResourceLimit: Sendable, Hashable {
  /// The limit that counts; `nil` is none.
  public var soft: UInt64?
  /// The limit to which a process may raise the other one; `nil` is none.
  public var hard: UInt64?

  /// Makes a limit; raising a hard limit needs the rights of root.
  ///
  /// - Parameters:
  ///   - soft: The limit that counts, in the unit of the resource; `nil` is none.
  ///   - hard: The limit to which a process may raise the other one; `nil` is none.
  public init(soft: UInt64?, hard: UInt64?) {
    self.soft = soft
    self.hard = hard
  }

  /// Makes a limit that cannot be raised.
  ///
  /// - Parameter value: Both limits, in the unit of the resource.
  public init(_ value: UInt64) { self.init(soft: value, hard: value) }
}

/// A resource that the system limits for each process (setrlimit(2)); the raw value is its name there.
public enum LimitedResource: String, Sendable, Hashable, CaseIterable {
  /// The size of the address space, in bytes.
  case addressSpace = "AS"
  /// The size of a core file, in bytes.
  case coreSize = "CORE"
  /// The processor time, in seconds; `SIGXCPU` comes at the soft limit.
  case processorTime = "CPU"
  /// The size of the data segment, in bytes.
  case dataSize = "DATA"
  /// The size of a file that it writes, in bytes; `SIGXFSZ` comes at the soft limit.
  case fileSize = "FSIZE"
  /// The memory that stays resident, in bytes.
  case lockedMemory = "MEMLOCK"
  /// The number that no open descriptor reaches.
  case openFiles = "NOFILE"
  /// The number of processes and threads of the user.
  case processes = "NPROC"
  /// The size of the stack, in bytes.
  case stackSize = "STACK"
}
