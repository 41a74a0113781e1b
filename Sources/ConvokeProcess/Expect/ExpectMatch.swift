/// What `expect` found.
public struct ExpectMatch: Sendable, Hashable {
  /// The index of the pattern that matched, in the order given.
  public var index: Int
  /// The text that matched; empty for the end of the stream.
  public var text: String
  /// The capture groups of a regular expression; `nil` for one that took no part in the match.
  public var groups: [String?]
  /// The text between the last match and this one.
  public var before: String
  /// Which of the sources it was found in, in the order given; 0 for a single process.
  public var source: Int

  /// Whether the answer is the end of the stream.
  public var isEndOfFile: Bool

  init(
    index: Int,
    text: String,
    groups: [String?] = [],
    before: String,
    source: Int,
    isEndOfFile: Bool = false
  ) {
    self.index = index
    self.text = text
    self.groups = groups
    self.before = before
    self.source = source
    self.isEndOfFile = isEndOfFile
  }
}
