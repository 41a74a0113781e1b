import Glibc

/// What changes when a file does.
struct FileStamp: Sendable, Hashable, CustomStringConvertible {
  let device: UInt
  let inode: UInt
  let size: Int
  let seconds: Int
  let nanoseconds: Int

  init(_ path: String) throws(GatewayError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw GatewayError(
        .badValue,
        "cannot read \(path): \(unsafe String(cString: strerror(errno)))"
      )
    }
    self.device = status.st_dev
    self.inode = status.st_ino
    self.size = status.st_size
    self.seconds = status.st_mtim.tv_sec
    self.nanoseconds = status.st_mtim.tv_nsec
  }

  var description: String {
    "\(self.device) \(self.inode) \(self.size) \(self.seconds) \(self.nanoseconds)"
  }
}
