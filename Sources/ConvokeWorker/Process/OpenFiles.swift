import ConvokeProcess
import Glibc

/// The limit on open files: each process takes some of this program.
enum OpenFiles {
  private static let inherited = Self.current()

  /// Raises the soft limit to the hard one.
  ///
  /// - Returns: The limit as it was, for the processes; `nil` if it is not known.
  static func raise() -> ResourceLimit? {
    guard let limit = self.inherited, let hard = limit.hard else { return self.inherited }
    var raised = rlimit(rlim_cur: rlim_t(hard), rlim_max: rlim_t(hard))
    // Where it may not be raised there is room for fewer processes.
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised)
    return limit
  }

  private static func current() -> ResourceLimit? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return nil
    }
    return ResourceLimit(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
  }
}
