import Glibc

/// Files of source code on this machine.
enum SourceFile {
  static func read(_ path: String) throws(GatewayError) -> String {
    guard let file = unsafe fopen(path, "re") else {
      throw self.error(path)
    }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      if count == 0 {
        if unsafe ferror(file) != 0 { throw self.error(path) }
        return String(decoding: bytes, as: UTF8.self)
      }
      bytes += buffer[..<count]
    }
  }

  private static func error(_ path: String) -> GatewayError {
    GatewayError(.badValue, "cannot read \(path): \(unsafe String(cString: strerror(errno)))")
  }
}
