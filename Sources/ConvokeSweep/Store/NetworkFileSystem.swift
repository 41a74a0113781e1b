internal import CConvokeSystem

/// Recognises file systems that several machines share.
///
/// The write-ahead log of SQLite keeps its index in shared memory, which only processes of one machine
/// see (https://sqlite.org/wal.html, "All processes using a database must be on the same host").
enum NetworkFileSystem {
  // The magic numbers of statfs(2) and of linux/magic.h.
  private static let names: [UInt32: String] = [
    0x6969: "NFS", 0x517B: "SMB", 0xFE53_4D42: "SMB", 0xFF53_4D42: "CIFS", 0x5346_414F: "AFS",
    0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x00C3_6400: "Ceph", 0x0BD0_0BD0: "Lustre",
    0x4750_4653: "GPFS", 0x0102_1997: "9P", 0x7461_636F: "OCFS2", 0x0116_1970: "GFS2",
    0x1983_0326: "BeeGFS", 0x2003_0528: "OrangeFS", 0xAAD7_AAEA: "PanFS",
  ]

  /// The name of a network file system by its magic number; `nil` for any other.
  static func name(magic: UInt32) -> String? { self.names[magic] }

  /// The name of the network file system that a folder is on; `nil` if it is on none.
  static func name(of folder: String) -> String? {
    let kind = unsafe convoke_file_system(folder)
    return kind < 0 ? nil : self.name(magic: UInt32(truncatingIfNeeded: kind))
  }
}
