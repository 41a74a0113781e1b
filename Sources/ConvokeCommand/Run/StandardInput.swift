import Glibc

/// What the standard input of this program is.
enum StandardInput {
  /// Whether it is a file that is not at its end, a pipe or a socket.
  ///
  /// Terminals and devices such as `/dev/null` have nothing for the hosts.
  static var hasData: Bool {
    var status = stat()
    guard unsafe fstat(STDIN_FILENO, &status) == 0 else { return false }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status.st_size > lseek(STDIN_FILENO, 0, SEEK_CUR)
    case S_IFIFO, S_IFSOCK: return true
    default: return false
    }
  }
}
