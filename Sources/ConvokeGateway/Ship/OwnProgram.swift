import Glibc
import Synchronization

/// What is known of the program that runs here.
package enum OwnProgram {
  /// The argument with which a program starts as a worker.
  package static let workerArgument = "--convoke-worker"
  /// The argument with which a worker says what it is, and ends.
  package static let checkArgument = "--convoke-check"

  private static let isWorkerFlag = Atomic(false)

  /// Whether this program becomes a worker when it is started with ``workerArgument``.
  package static var isWorker: Bool {
    get { self.isWorkerFlag.load(ordering: .relaxed) }
    set { self.isWorkerFlag.store(newValue, ordering: .relaxed) }
  }

  /// The path of the file that runs; `nil` if the kernel does not say.
  static var path: String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
