import Glibc

/// How a directory is copied.
public struct SyncOptions: Sendable {
  /// Whether an entry is copied; not asked for the source itself, nor inside what was refused.
  public var filter: (@Sendable (SyncEntry) -> Bool)?
  /// Whether deleting targets also delete what the filter refuses; by default it is left alone.
  public var deletesFiltered = false
  /// Whether links with an absolute target inside the source lead into the copy; else all are verbatim.
  public var rerootsLinks = true
  /// How long a target that has something to do may be silent before it is given up.
  public var stallLimit = Duration.seconds(120)
  /// Whether each file that is sent is named on standard output: `gateway <= path`.
  public var isVerbose = false
  /// Called with what happens, from one task at a time for each target.
  public var onEvent: (@Sendable (SyncEvent) -> Void)?

  /// Makes the options: those of the comments.
  public init() {}

  /// A filter that refuses what matches a shell pattern.
  ///
  /// A pattern without a slash is compared with the name of an entry, one with a slash with its whole
  /// path, as in fnmatch(3) with `FNM_PATHNAME`. A pattern that ends in a slash is for directories alone.
  ///
  /// - Parameter patterns: The patterns, such as `*.o`, `build/` or `data/*.tmp`.
  /// - Returns: The filter.
  public static func excluding(_ patterns: [String]) -> @Sendable (SyncEntry) -> Bool {
    { entry in !patterns.contains { Self.matches(entry, $0) } }
  }

  private static func matches(_ entry: SyncEntry, _ pattern: String) -> Bool {
    let needsDirectory = pattern.hasSuffix("/")
    if needsDirectory, entry.kind != .directory { return false }
    let body = needsDirectory ? pattern.dropLast() : pattern[...]
    if body.contains("/") {
      let anchored = body.first == "/" ? body.dropFirst() : body
      return unsafe fnmatch(String(anchored), entry.path, FNM_PATHNAME) == 0
    }
    return unsafe fnmatch(String(body), entry.name, 0) == 0
  }
}

/// An entry of the directory that is copied.
public struct SyncEntry: Sendable, Hashable {
  /// The kinds of entries that are copied.
  public enum Kind: Sendable, Hashable {
    /// A directory.
    case directory
    /// A regular file.
    case file
    /// A symbolic link.
    case link
  }

  /// The path below the source; bytes that are no UTF-8 are shown as U+FFFD.
  public var path: String
  /// What it is.
  public var kind: Kind
  /// The size in bytes.
  public var size: Int

  /// The last component of the path.
  public var name: String {
    String(
      self.path[
        (self.path.lastIndex(of: "/").map { self.path.index(after: $0) } ?? self.path.startIndex)...
      ]
    )
  }
}
