internal import CConvokeSystem
import Foundation
import Glibc

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

  // Programs behind FUSE that reach other machines, as mountinfo names them after `fuse.`.
  private static let programs: Set<String> = [
    "afp", "beegfs", "ceph", "curlftpfs", "davfs", "gcsfuse", "glusterfs", "goofys", "juicefs",
    "mfs", "nfs", "rclone", "s3fs", "seaweedfs", "smbnetfs", "sshfs",
  ]
  private static let fuse: UInt32 = 0x6573_5546

  /// The name of a network file system by its magic number; `nil` for any other.
  static func name(magic: UInt32) -> String? { self.names[magic] }

  /// The name of the network file system that a folder is on; `nil` if it is on none.
  static func name(of folder: String) -> String? {
    let kind = unsafe convoke_file_system(folder)
    if kind < 0 { return nil }
    let magic = UInt32(truncatingIfNeeded: kind)
    return magic == self.fuse ? self.program(of: folder) : self.name(magic: magic)
  }

  // A line of proc(5) `mountinfo` has the device in its third word and the type after a lone hyphen.
  private static func program(of folder: String) -> String? {
    var facts = stat()
    guard unsafe stat(folder, &facts) == 0,
      let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
    else { return nil }
    // The macros of makedev(3).
    let number = UInt64(facts.st_dev)
    let major = number >> 8 & 0xFFF | number >> 32 & ~0xFFF
    let minor = number & 0xFF | number >> 12 & ~0xFF
    let device = "\(major):\(minor)"
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 2, words[2] == device, let hyphen = words.firstIndex(of: "-"),
        hyphen + 1 < words.count, words[hyphen + 1].hasPrefix("fuse.")
      else { continue }
      let program = String(words[hyphen + 1].dropFirst("fuse.".count))
      if self.programs.contains(program) { return program }
    }
    return nil
  }
}
