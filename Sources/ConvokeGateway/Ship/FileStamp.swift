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
    // The compiler takes the members of timespec for those of one module or another, as it happens.
    (self.seconds, self.nanoseconds) = unsafe unsafeBitCast(status.st_mtim, to: (Int, Int).self)
  }

  var description: String {
    "\(self.device) \(self.inode) \(self.size) \(self.seconds) \(self.nanoseconds)"
  }
}
