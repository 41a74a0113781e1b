internal import CConvokeSystem
internal import Foundation
internal import Glibc
internal import Synchronization

/// Sends the standard output and the standard error of this program, and of those that it starts, to
/// files.
///
/// The files are added to. They are written until ``close()``, or until the program ends.
public final class OutputFiles: Sendable {
  /// Where the output goes.
  public enum Mode: Sendable, Hashable {
    /// Where it always went.
    case none
    /// Into the files alone.
    case redirected
    /// Into the files, too.
    case copied
    /// Into the files, too, by way of a pseudo-terminal: programs then behave as if somebody watched.
    case copiedFromTerminal
  }

  private struct Redirection: Sendable {
    var stream: Int32
    var original: Int32
    /// Ends with the copying; `nil` where nothing is copied.
    var end: DispatchSemaphore?
  }

  private let redirections = Mutex<[Redirection]>([])

  /// Starts, with files `stdout` and `stderr` in a folder, or `stdout+stderr` for both.
  ///
  /// - Parameters:
  ///   - mode: Where the output goes.
  ///   - isMerged: Whether both go into one file.
  ///   - folder: The folder of the files, which exists.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/file`` if a file cannot be opened.
  public convenience init(_ mode: Mode, isMerged: Bool, folder: String) throws(SweepError) {
    try self.init(
      mode,
      output: "\(folder)/\(isMerged ? "stdout+stderr" : "stdout")",
      errors: "\(folder)/\(isMerged ? "stdout+stderr" : "stderr")"
    )
  }

  /// Starts, with files of one's own; both may be the same.
  ///
  /// - Parameters:
  ///   - mode: Where the output goes.
  ///   - output: The file for the standard output.
  ///   - errors: The file for the standard error.
  /// - Throws: ``SweepError`` with code ``SweepError/Code/file`` if a file cannot be opened, or no
  ///   pseudo-terminal is left.
  public init(_ mode: Mode, output: String, errors: String) throws(SweepError) {
    guard mode != .none else { return }
    fflush(nil)
    for (stream, path) in [(Int32(1), output), (2, errors)] {
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard file >= 0 else {
        self.close()
        throw SweepError(.file, "\(path) cannot be opened for output")
      }
      let original = fcntl(stream, F_DUPFD_CLOEXEC, 3)
      if mode == .redirected {
        dup2(file, stream)
        Glibc.close(file)
        self.redirections.withLock { $0.append(Redirection(stream: stream, original: original)) }
      } else {
        try self.copy(stream, original, to: file, isTerminal: mode == .copiedFromTerminal)
      }
    }
  }

  // A thread passes on what comes, to the file and to where it always went.
  private func copy(
    _ stream: Int32,
    _ original: Int32,
    to file: Int32,
    isTerminal: Bool
  ) throws(SweepError) {
    guard let (source, sink) = isTerminal ? Self.terminal() : Self.pipe() else {
      Glibc.close(file)
      Glibc.close(original)
      self.close()
      throw SweepError(.file, "no \(isTerminal ? "pseudo-terminal" : "pipe") is left for output")
    }
    dup2(sink, stream)
    Glibc.close(sink)
    let end = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      Self.pass(source, to: [original, file])
      Glibc.close(source)
      Glibc.close(file)
      end.signal()
    }
    self.redirections.withLock {
      $0.append(Redirection(stream: stream, original: original, end: end))
    }
  }

  // To the end; a terminal says by EIO that nobody has it any more.
  private static func pass(_ source: Int32, to targets: [Int32]) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(source, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      for target in targets {
        var done = 0
        while done < count {
          let written = unsafe buffer[done..<count].withUnsafeBytes { bytes in
            unsafe write(target, bytes.baseAddress, bytes.count)
          }
          // A reader that has gone does not keep the others from getting it.
          if written < 0, errno != EINTR { break }
          done += max(0, written)
        }
      }
    }
  }

  private static func pipe() -> (Int32, Int32)? {
    var ends: [Int32] = [0, 0]
    guard unsafe Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  // Without the processing of output, which would make two bytes of each end of a line.
  private static func terminal() -> (Int32, Int32)? {
    var controller: Int32 = -1
    var terminal: Int32 = -1
    guard unsafe convoke_open_terminal(24, 80, &controller, &terminal) == 0 else { return nil }
    var settings = termios()
    _ = unsafe tcgetattr(terminal, &settings)
    settings.c_oflag &= ~tcflag_t(OPOST)
    settings.c_lflag &= ~tcflag_t(ECHO)
    _ = unsafe tcsetattr(terminal, TCSANOW, &settings)
    return (controller, terminal)
  }

  /// Writes what is left, and lets the output go where it always went.
  ///
  /// Programs that this one has left behind may still write; they are waited for two seconds.
  public func close() {
    fflush(nil)
    let redirections = self.redirections.withLock { redirections in
      defer { redirections = [] }
      return redirections
    }
    for redirection in redirections {
      dup2(redirection.original, redirection.stream)
      if let end = redirection.end, end.wait(timeout: .now() + 2) == .timedOut { continue }
      Glibc.close(redirection.original)
    }
  }
}
