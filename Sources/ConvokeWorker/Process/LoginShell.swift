import ConvokeProcess
import Glibc

/// The login shell of the user.
///
/// Read from /etc/passwd (passwd(5)) and not by getpwuid(3), which loads libraries that a static program may
/// not find; users that are elsewhere have it in `SHELL`, as sshd sets it.
enum LoginShell {
  static let path = Self.find()

  private static func find() -> String {
    let user = Array(String(getuid()).utf8)[...]
    // Bytes: as text, the file would cost more than the start of a process.
    for line in self.contents("/etc/passwd").split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count == 7, fields[2] == user, !fields[6].isEmpty else { continue }
      return String(decoding: fields[6], as: UTF8.self)
    }
    guard let shell = unsafe getenv("SHELL"), unsafe shell.pointee != 0 else { return "/bin/sh" }
    return unsafe String(cString: shell)
  }

  private static func contents(_ path: String) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { Descriptor.close(file) }
    var bytes: [UInt8] = []
    while case (.moved, let more) = Descriptor.read(file) { bytes += more }
    return bytes
  }
}
