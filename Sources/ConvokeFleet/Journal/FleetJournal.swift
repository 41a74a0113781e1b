/// The folder that records a run while it goes on.
public struct FleetJournal: Sendable, Hashable {
  /// The path of the folder.
  public var path: String

  /// Makes a journal.
  ///
  /// - Parameter path: The path of the folder.
  public init(path: String) { self.path = path }
}
