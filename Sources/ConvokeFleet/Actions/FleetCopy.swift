/// What is copied to or from every host; the paths may hold placeholders such as `{host}`.
public struct FleetCopy: Sendable, Hashable {
  /// The files and directories to copy; directories are copied with all they hold.
  public var sources: [String]
  /// Where to copy them: a file or a directory, as with `scp`.
  ///
  /// With several sources, a slash at the end, or where a directory exists already it is the
  /// directory the sources are put into; else it is the name of the copy itself.
  public var destination: String
  /// Whether a destination of `get` gets a directory for each host, so that hosts do not collide.
  public var hasHostDirectories: Bool

  /// Makes a copy.
  ///
  /// - Parameters:
  ///   - sources: The files and directories to copy.
  ///   - destination: Where to copy them.
  ///   - hasHostDirectories: Whether `get` makes a directory for each host in the destination.
  public init(_ sources: [String], to destination: String, hasHostDirectories: Bool = true) {
    self.sources = sources
    self.destination = destination
    self.hasHostDirectories = hasHostDirectories
  }
}
