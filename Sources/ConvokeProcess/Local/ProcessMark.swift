internal import CConvokeSystem

/// The mark that the processes of a command carry in their environment.
///
/// A process that leaves its group, as with setsid(2), keeps its environment; so do all that it starts.
package enum ProcessMark {
  /// The name of the variable.
  static let name = CONVOKE_MARK_NAME

  /// A mark that nobody else has.
  package static func make() -> UInt64 { UInt64.random(in: 1 ... .max) }

  /// The value of the variable: the marks that this program has itself, and the new one.
  static func value(_ mark: UInt64) -> String {
    let digits = String(mark, radix: 16)
    let own = String(repeating: "0", count: 16 - digits.count) + digits
    return LocalEnvironment.value(self.name).map { "\($0):\(own)" } ?? own
  }
}
