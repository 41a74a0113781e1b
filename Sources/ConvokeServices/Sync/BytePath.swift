import ConvokeProcess
import Glibc

/// A path of this machine: bytes, which need not be UTF-8.
struct BytePath: Sendable, Hashable {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(_ text: String) { self.bytes = Array(text.utf8) }

  /// The path of an entry of this directory.
  func appending(_ name: [UInt8]) -> BytePath {
    self.bytes.isEmpty ? BytePath(name) : BytePath(self.bytes + [UInt8(ascii: "/")] + name)
  }

  /// The path for messages.
  var text: String { String(decoding: self.bytes, as: UTF8.self) }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let characters = (self.bytes + [0]).map { CChar(bitPattern: $0) }
    return unsafe characters.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("the array is not empty") }
      return unsafe body(start)
    }
  }

  /// What the system knows about the entry, links not followed; `nil` with `errno` set.
  func status(follows: Bool = false) -> stat? {
    var status = stat()
    let result = unsafe self.withCString { path in
      follows ? unsafe stat(path, &status) : unsafe lstat(path, &status)
    }
    return result == 0 ? status : nil
  }

  /// The names in the directory, sorted; `nil` with `errno` set.
  func names() -> [[UInt8]]? {
    guard let directory = unsafe self.withCString({ unsafe opendir($0) }) else { return nil }
    defer { unsafe closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe Array(raw.prefix { $0 != 0 })
      }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The target of the link; `nil` with `errno` set.
  func linkTarget() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe self.withCString { path in
      unsafe buffer.withUnsafeMutableBytes { raw in
        let start = unsafe raw.assumingMemoryBound(to: CChar.self).baseAddress
        return unsafe start.map { unsafe readlink(path, $0, raw.count) } ?? -1
      }
    }
    return count < 0 ? nil : Array(buffer.prefix(count))
  }

  /// The path without links and dots; `nil` with `errno` set.
  func resolved() -> BytePath? {
    unsafe self.withCString { path in
      guard let found = unsafe realpath(path, nil) else { return nil }
      defer { unsafe free(found) }
      let count = unsafe strlen(found)
      return BytePath(unsafe Array(UnsafeRawBufferPointer(start: found, count: count)))
    }
  }
}

extension stat {
  /// The time of the last change of the contents, in nanoseconds since 1970.
  var changed: Int { self.st_mtim.tv_sec * 1_000_000_000 + self.st_mtim.tv_nsec }

  /// The kind of the entry.
  var kind: mode_t { self.st_mode & S_IFMT }
}
