import ArgumentParser
import ConvokeFleet

/// What `convoke put` and `convoke get` have in common: paths, the last of which is the destination.
protocol CopyCommand: AsyncParsableCommand {
  var targets: TargetOptions { get }
  var fanout: FanoutOptions { get }
  var display: DisplayOptions { get }
  var record: RecordOptions { get }
  var connection: ConnectionOptions { get }
  var paths: [String] { get }

  /// What stands between the copy and its hosts in words: `to` or `from`.
  static var preposition: String { get }

  /// The copy as a fleet does it.
  func action(_ sources: [String], to destination: String) -> FleetAction
}

extension CopyCommand {
  /// Checks that there is something to copy, and a place for it.
  func validate() throws {
    if self.paths.count > 1 { return }
    throw ValidationError("a destination is missing after '\(self.paths.joined())'.")
  }

  /// Copies the files and leaves with the status.
  func run() async throws {
    let call = try await FleetCall(
      self.targets,
      self.fanout,
      self.connection,
      self.display,
      self.record
    )
    let (sources, destination) = (Array(self.paths.dropLast()), self.paths.last ?? "")
    try await CopyRun(call: call, preposition: Self.preposition)
      .perform(
        self.action(sources, to: destination),
        "\(sources.joined(separator: " ")) to \(destination)"
      )
  }
}
