import Glibc

/// Files of source code on this machine.
enum SourceFile {
  static func read(_ path: String) throws(GatewayError) -> String {
    guard let file = unsafe fopen(path, "re") else {
      let reason = unsafe String(cString: strerror(errno))
      throw GatewayError(.badValue, "cannot read \(path): \(reason)")
    }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
