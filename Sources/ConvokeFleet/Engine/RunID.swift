/// Names a run: every process that the run starts has it in its environment, as `CONVOKE_RUN`.
///
/// So what a run has left behind can be found later, by ``Fleet/reap(runs:jobs:endsAllJobs:isDryRun:options:)``.
public struct RunID: RawRepresentable, Sendable, Hashable, Codable {
  /// The identifier: lower-case letters and digits, at most 40.
  public let rawValue: String

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")

  /// Makes an identifier that no other run has.
  public init() {
    self.rawValue = String((0..<10).map { _ in Self.letters[Int.random(in: Self.letters.indices)] })
  }

  /// Reads an identifier; `nil` if the text is not 1 to 40 lower-case letters and digits.
  ///
  /// - Parameter rawValue: The text.
  public init?(rawValue: String) {
    guard (1...40).contains(rawValue.count), rawValue.allSatisfy(Self.letters.contains) else {
      return nil
    }
    self.rawValue = rawValue
  }
}

extension RunID: CustomStringConvertible {
  /// The identifier.
  public var description: String { self.rawValue }
}
