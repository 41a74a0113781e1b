/// Why a command did not run to its end, with what to do about it.
public struct Failure: Error, Sendable, Hashable {
  /// What kind of failure this is.
  public var kind: Kind
  /// What went wrong: one sentence with the host and the values concerned.
  public var message: String
  /// What to do: one sentence.
  public var remedy: String

  /// Makes a failure.
  ///
  /// - Parameters:
  ///   - kind: What kind of failure this is.
  ///   - message: What went wrong, one sentence with the values concerned.
  ///   - remedy: What to do; by default the general advice for this kind.
  public init(_ kind: Kind, _ message: String, remedy: String? = nil) {
    self.kind = kind
    self.message = message
    self.remedy = remedy ?? kind.remedy
  }
}

extension Failure: CustomStringConvertible {
  /// The message and the remedy on one line.
  public var description: String { "\(self.message) (\(self.remedy))" }
}
