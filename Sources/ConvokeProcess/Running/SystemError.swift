import Glibc

/// The words of the system for its error numbers.
package enum SystemError {
  /// The text of an error number, as strerror(3) has it.
  package static func text(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
