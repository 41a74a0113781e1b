/// What a process and its waited-for children used, as the kernel counted it (getrusage(2)).
public struct ResourceUsage: Sendable, Hashable {
  /// The processor time in the program.
  public var user: Duration
  /// The processor time in the kernel.
  public var system: Duration
  /// The largest resident size, in bytes.
  ///
  /// The kernel never counts less than what this program took when it started the process (Linux
  /// carries the mark over in execve(2)), so a small process of a large program looks as large.
  public var peakMemory: Int

  /// Makes a usage.
  ///
  /// - Parameters:
  ///   - user: The processor time in the program.
  ///   - system: The processor time in the kernel.
  ///   - peakMemory: The largest resident size, in bytes.
  public init(user: Duration, system: Duration, peakMemory: Int) {
    self.user = user
    self.system = system
    self.peakMemory = peakMemory
  }
}
