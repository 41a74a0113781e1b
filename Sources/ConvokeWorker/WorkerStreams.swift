import Glibc

/// The descriptors of a worker: the controller's are moved away from where anything that prints or reads
/// could touch them.
struct WorkerStreams {
  let input: Int32
  let output: Int32

  static func takeOver() -> WorkerStreams {
    _ = signal(SIGPIPE, SIG_IGN)
    let streams = WorkerStreams(
      input: fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3),
      output: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    )
    let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    dup2(nothing, STDIN_FILENO)
    dup2(nothing, STDOUT_FILENO)
    close(nothing)
    return streams
  }

  /// Writes bytes, before there is a link.
  func say(_ bytes: [UInt8]) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe write(self.output, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
