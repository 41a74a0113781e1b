import ConvokeProcess
import Glibc

/// One file of a log, under whatever name: what is added to it, line by line.
///
/// It must be used from one task at a time.
final class LogFile {
  /// The device and the file on it, which stay the same when it is renamed.
  struct Identity: Equatable {
    var device: UInt
    var file: UInt
  }

  private static let piece = 64 << 10
  /// How much before the end is compared, to notice that a file was emptied and filled again.
  private static let memory = 64

  let identity: Identity
  private let descriptor: Int32
  private var end = 0
  private var lastBytes: [UInt8] = []
  private var splitter = LineSplitter()

  /// Opens a file; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - skipsContents: Whether to begin with what is added from now on.
  /// - Throws: ``LogError`` for what is no file or cannot be read.
  init?(_ path: String, skipsContents: Bool) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT { return nil }
    if descriptor < 0 { throw LogError(path, errno) }
    var status = stat()
    unsafe fstat(descriptor, &status)
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw LogError(description: "\(path): only files can be followed")
    }
    self.descriptor = descriptor
    self.identity = Identity(device: UInt(status.st_dev), file: UInt(status.st_ino))
    if skipsContents {
      self.end = Int(status.st_size)
      let start = max(0, self.end - Self.memory)
      self.lastBytes = try self.read(from: start, self.end - start)
    }
  }

  deinit { close(self.descriptor) }

  /// The file under a path, if there is one.
  static func identity(of path: String) -> Identity? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return Identity(device: UInt(status.st_dev), file: UInt(status.st_ino))
  }

  /// Reads on.
  ///
  /// - Returns: The lines that were completed, without their ends; `nil` at the end of the file.
  /// - Throws: ``LogError``.
  func next() throws -> [[UInt8]]? {
    if try self.wasReplaced() {
      let last = self.lastLine()
      (self.end, self.lastBytes) = (0, [])
      if !last.isEmpty { return last }
    }
    let bytes = try self.read(from: self.end, Self.piece)
    if bytes.isEmpty { return nil }
    self.end += bytes.count
    self.lastBytes = Array((self.lastBytes + bytes.suffix(Self.memory)).suffix(Self.memory))
    return self.splitter.append(bytes)
  }

  /// What came after the end of the last line.
  func lastLine() -> [[UInt8]] { self.splitter.finish().map { [$0] } ?? [] }

  // Whether the contents are no longer those that were read: shorter, or others in their place.
  private func wasReplaced() throws -> Bool {
    if self.lastBytes.isEmpty { return false }
    let count = self.lastBytes.count
    return try self.read(from: self.end - count, count) != self.lastBytes
  }

  private func read(from start: Int, _ count: Int) throws -> [UInt8] {
    if count == 0 { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { raw in
      unsafe pread(self.descriptor, raw.baseAddress, raw.count, start)
    }
    if got < 0 { throw LogError("the file", errno) }
    bytes.removeLast(count - got)
    return bytes
  }
}

/// Why a log cannot be followed.
struct LogError: Error, CustomStringConvertible {
  let description: String
}

extension LogError {
  /// What the system answered.
  init(_ path: String, _ code: Int32) {
    self.description = "\(path): \(unsafe String(cString: strerror(code)))"
  }
}
