public import ConvokeProcess

/// What is read of the output of a job, and how.
public struct JobLogOptions: Sendable, Hashable {
  /// Which streams.
  public var streams: Set<OutputStream> = [.stdout, .stderr]
  /// How many lines of the end of each stream to begin with; `nil` begins at the start.
  public var tail: Int?
  /// Whether to read on until the job ends.
  public var follows = false
  /// How long to go on trying to reach the host again once the connection was lost.
  ///
  /// What is read goes on at the byte where it was.
  public var patience = Duration.seconds(600)

  /// Makes the usual options: all that is there of both streams.
  public init() {}

  /// A copy of the options with some of them changed.
  ///
  /// - Parameter change: What to change.
  /// - Returns: The changed copy.
  public func with(_ change: (inout JobLogOptions) -> Void) -> JobLogOptions {
    var copy = self
    change(&copy)
    return copy
  }
}
