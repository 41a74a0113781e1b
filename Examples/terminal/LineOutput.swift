import Glibc

/// Standard output for lines of many tasks: whole lines in the order they were given.
///
/// Who writes waits until the reader has taken it, so a slow reader holds back all that comes before.
/// The wait is cancelled with its task, whatever the reader does.
public actor LineOutput {
  /// Nobody reads any more.
  public struct Closed: Error {
    /// What standard output answered.
    public let code: Int32
  }

  /// What the system takes at once from a pipe with room, without blocking: PIPE_BUF of pipe(7).
  private static let piece = 4096

  private var waiting: ArraySlice<UInt8> = []

  /// Makes the output of this program; make one only.
  public init() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Writes lines, each with a prefix.
  ///
  /// - Parameters:
  ///   - lines: The lines without their ends, as bytes.
  ///   - prefix: What goes before each, such as the name of a host and a colon.
  /// - Throws: ``Closed`` if nobody reads; `CancellationError` when the task is cancelled.
  public func write(_ lines: [[UInt8]], prefix: String) async throws {
    for line in lines { self.waiting += Array(prefix.utf8) + line + [UInt8(ascii: "\n")] }
    // Others may come in between; then whoever goes on writes theirs as well, in order.
    while !self.waiting.isEmpty {
      if self.hasRoom {
        try self.writePiece()
      } else {
        try await Task.sleep(for: .milliseconds(5))
      }
      try Task.checkCancellation()
    }
  }

  /// Writes a line of text.
  ///
  /// - Parameter line: The text, without its end.
  /// - Throws: As ``write(_:prefix:)``.
  public func write(_ line: String) async throws {
    try await self.write([Array(line.utf8)], prefix: "")
  }

  private var hasRoom: Bool {
    var request = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&request, 1, 0) == 1
  }

  private func writePiece() throws {
    let count = unsafe self.waiting.prefix(Self.piece).withUnsafeBytes { bytes in
      unsafe Glibc.write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
    }
    if count >= 0 {
      self.waiting.removeFirst(count)
    } else if errno != EAGAIN, errno != EINTR {
      throw Closed(code: errno)
    }
  }
}
