extension CommandGroupSource {
  /// The commands of a source, with the placeholders `$GROUP`, `$NODE` and `$SOURCE`.
  public struct Upcalls: Sendable, Hashable {
    /// Writes the hosts of `$GROUP`, as an expression or one below the other.
    public var map: String
    /// Writes all hosts; without it they are those of all groups.
    public var all: String?
    /// Writes the names of all groups, separated by white space or commas.
    public var list: String?
    /// Writes the names of the groups of the host `$NODE`.
    public var reverse: String?

    /// Makes the commands of a source.
    ///
    /// - Parameters:
    ///   - map: Writes the hosts of `$GROUP`.
    ///   - all: Writes all hosts.
    ///   - list: Writes the names of all groups.
    ///   - reverse: Writes the names of the groups of the host `$NODE`.
    public init(map: String, all: String? = nil, list: String? = nil, reverse: String? = nil) {
      self.map = map
      self.all = all
      self.list = list
      self.reverse = reverse
    }
  }
}
