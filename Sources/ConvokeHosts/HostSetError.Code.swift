extension HostSetError {
  /// The kinds of error a caller may want to tell apart.
  @nonexhaustive
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The expression is not written as one: a bracket is missing, an operator has no operand.
    case syntax
    /// A range is wrong: it runs backwards, has a step of 0, or ends that are padded differently.
    case range
    /// The expression selects no host.
    case empty
    /// The expression stands for more hosts than the limit.
    case tooManyHosts
    /// The group source has no group of that name.
    case unknownGroup
    /// There is no group source of that name, or none at all.
    case unknownSource
    /// A group contains itself, directly or through others.
    case groupCycle
    /// A group source failed, for instance because its command did.
    case groupSource
    /// A groups file is not what it should be; the message has the line.
    case groupFile
    /// A file or standard input could not be read, or may not be read here.
    case unreadable
    /// A regular expression cannot be compiled.
    case regex
  }
}
