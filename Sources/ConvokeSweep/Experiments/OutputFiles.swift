import Foundation
import Glibc
import Synchronization

/// Sends the standard output and the standard error of this program to files.
///
/// The files are `stdout` and `stderr`, or `stdout+stderr` for both; they are added to.
final class OutputFiles: Sendable {
  /// Where the output goes.
  enum Mode: Sendable {
    /// Where it always went.
    case none
    /// Into the files alone.
    case redirected
    /// Into the files, too.
    case copied
  }

  private struct Copy: Sendable {
    var stream: Int32
    var original: Int32
    var thread: DispatchSemaphore
  }

  private let copies = Mutex<[Copy]>([])

  /// Starts.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/file`` if a file cannot be opened.
  init(_ mode: Mode, isMerged: Bool, folder: String) throws(SweepError) {
    guard mode != .none else { return }
    for (stream, name) in [(Int32(1), "stdout"), (2, "stderr")] {
      let path = "\(folder)/\(isMerged ? "stdout+stderr" : name)"
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard file >= 0 else { throw SweepError(.file, "\(path) cannot be opened for output") }
      if mode == .redirected {
        dup2(file, stream)
        Glibc.close(file)
      } else {
        try self.copy(stream, to: file)
      }
    }
  }

  // A thread passes on what comes through a pipe, to the file and to where it always went.
  private func copy(_ stream: Int32, to file: Int32) throws(SweepError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw SweepError(.file, "no pipe is left for output") }
    let original = dup(stream)
    dup2(ends[1], stream)
    Glibc.close(ends[1])
    let source = ends[0]
    let end = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let reader = FileHandle(fileDescriptor: source, closeOnDealloc: true)
      let targets = [original, file].map { FileHandle(fileDescriptor: $0, closeOnDealloc: false) }
      while case let data = reader.availableData, !data.isEmpty {
        for target in targets { try? target.write(contentsOf: data) }
      }
      Glibc.close(file)
      end.signal()
    }
    self.copies.withLock { $0.append(Copy(stream: stream, original: original, thread: end)) }
  }

  /// Writes what is left, and lets the output go where it always went.
  func close() {
    fflush(nil)
    let copies = self.copies.withLock { copies in
      defer { copies = [] }
      return copies
    }
    for copy in copies {
      dup2(copy.original, copy.stream)
      // Programs that this one has left behind may hold the pipe; they are not waited for.
      _ = copy.thread.wait(timeout: .now() + 2)
    }
  }
}
