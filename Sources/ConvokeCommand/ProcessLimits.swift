import Glibc

/// The limits of this process.
enum ProcessLimits {
  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  /// The present limit on open files: the soft and the hard one.
  static var openFiles: (soft: UInt, hard: UInt) {
    var limit = rlimit()
    unsafe getrlimit(ProcessLimits.resource, &limit)
    return (UInt(limit.rlim_cur), UInt(limit.rlim_max))
  }

  /// Raises the soft limit on open files to the hard one: each host takes some.
  static func raise() {
    var limit = rlimit()
    guard unsafe getrlimit(ProcessLimits.resource, &limit) == 0, limit.rlim_cur < limit.rlim_max
    else { return }
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(ProcessLimits.resource, &limit)
  }
}
