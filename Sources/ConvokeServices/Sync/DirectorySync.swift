public import ConvokeGateway

/// Copies one local directory to many gateways at once, reading each file once for all of them.
///
/// ```swift
/// var sync = DirectorySync("site")
/// for gateway in group.gateways { sync.addTarget(gateway, "/srv/site", deletes: true) }
/// let report = try await sync.run()
/// ```
///
/// A file whose size and modification time are those of the target's is not sent; one whose time alone
/// differs is compared by its SHA-256. Files are sent in pieces, verified by their SHA-256 and take the
/// place of old ones only when they are whole. Modes and times of files and directories become those
/// of the source; owners, hard links and extended attributes are not copied. The workers are Python
/// ones, Convoke's or execnet's, or JavaScript ones.
///
/// At most 4 MiB are on the way to a target. The slowest one sets the pace; one that fails or falls
/// silent is left behind.
public struct DirectorySync: Sendable {
  /// The directory to copy.
  public var source: String
  /// How to copy.
  public var options: SyncOptions
  /// Where to copy to in the next run.
  public private(set) var targets: [SyncTarget] = []

  /// Makes a copy without targets.
  ///
  /// - Parameters:
  ///   - source: The directory to copy; its contents go into the directory of each target.
  ///   - options: How to copy.
  public init(_ source: String, options: SyncOptions = SyncOptions()) {
    self.source = source
    self.options = options
  }

  /// Adds a place to copy to.
  ///
  /// - Parameters:
  ///   - gateway: The gateway, with a worker in Python or JavaScript.
  ///   - destination: The directory there; a relative path starts at the worker's directory.
  ///   - deletes: Whether what is not in the source is deleted there, once all else has succeeded.
  ///   - onFinish: Called once the copy to this target has ended.
  public mutating func addTarget(
    _ gateway: Gateway,
    _ destination: String,
    deletes: Bool = false,
    onFinish: (@Sendable (SyncOutcome) -> Void)? = nil
  ) {
    self.targets.append(
      SyncTarget(gateway, destination, deletes: deletes, onFinish: onFinish)
    )
  }

  /// Copies to all targets, which are used up by it; others can be added for the next run.
  ///
  /// A target that fails does not stop the others. When the task is cancelled, no target is left with
  /// a file that is not whole.
  ///
  /// - Parameter requiresTargets: Whether it is an error when there are no targets.
  /// - Returns: One outcome a target, and what was left out.
  /// - Throws: ``SyncError``; `CancellationError` when the task is cancelled.
  public mutating func run(requiresTargets: Bool = true) async throws -> SyncReport {
    let targets = self.targets
    self.targets = []
    if targets.isEmpty {
      if !requiresTargets { return SyncReport() }
      throw SyncError(.noTargets, "'\(self.source)' has no targets to be copied to")
    }
    return try await SyncRun(source: self.source, options: self.options, targets: targets).perform()
  }
}
