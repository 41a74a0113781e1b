import ArgumentParser
import ConvokeFleet

/// `convoke put`: files from here to every host.
struct PutCommand: CopyCommand {
  static let preposition = "to"
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

  func action(_ sources: [String], to destination: String) -> FleetAction {
    .put(sources, to: destination)
  }
}
