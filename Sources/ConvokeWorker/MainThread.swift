internal import CConvokeSystem
import Glibc

/// The thread that the program started with.
enum MainThread {
  /// Whether this is it.
  static var isCurrent: Bool { convoke_is_main_thread() != 0 }

  /// Keeps it until the process ends.
  ///
  /// A program that waits in its asynchronous `main` gives the thread up: Dispatch ends it. Unwinding its
  /// stack makes a static program sort its tables for that, which takes more processor time than all
  /// else that a worker does at its start (6 of 7 ms).
  static func keep() -> Never {
    while true { pause() }
  }
}
