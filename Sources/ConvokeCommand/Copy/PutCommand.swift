import ArgumentParser
import ConvokeFleet

/// `convoke put`: files from here to every host.
struct PutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Copies files and directories to every host.",
    discussion: """
      Each file is verified by its SHA-256, and takes the place of an old one only when it is whole.
      The destination is relative to the home directory; it is a directory if it ends in '/', exists \
      as one, or there are several sources.

      EXAMPLES
        convoke put -w 'node[1-64]' bench /tmp/bench
        convoke put -w @rack2 'conf/{host}.conf' app.toml /etc/app/
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Argument(
    help: ArgumentHelp(
      "The files and directories here, then the path on the hosts; {host} and the like are replaced.",
      valueName: "source ... destination"
    ),
    completion: .file()
  )
  var paths: [String]

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
    try await CopyRun(call: call, preposition: "to")
      .perform(
        .put(sources, to: destination),
        "\(sources.joined(separator: " ")) to \(destination)"
      )
  }
}
