import Glibc

/// The limits of this process.
enum ProcessLimits {
  /// The present limit on open files: the soft and the hard one.
  static var openFiles: (soft: UInt, hard: UInt) {
    var limit = rlimit()
    unsafe getrlimit(RLIMIT_NOFILE, &limit)
    return (UInt(limit.rlim_cur), UInt(limit.rlim_max))
  }

  /// Raises the soft limit on open files to the hard one: each host takes some.
  static func raise() {
    var limit = rlimit()
    guard unsafe getrlimit(RLIMIT_NOFILE, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(RLIMIT_NOFILE, &limit)
  }
}
