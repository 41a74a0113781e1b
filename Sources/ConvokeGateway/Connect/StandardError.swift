import ConvokeProcess
import Glibc

/// This program's own standard error.
enum StandardError {
  static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty, case .moved(let count) = Descriptor.write(STDERR_FILENO, rest) {
      rest = rest.dropFirst(count)
    }
  }
}
