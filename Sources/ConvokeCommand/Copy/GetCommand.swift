import ArgumentParser
import ConvokeFleet

/// `convoke get`: files from every host to here.
struct GetCommand: CopyCommand {
  static let preposition = "from"
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Copies files and directories from every host.",
    discussion: """
      Each host gets a directory of its own in the destination, DIR/HOST/, unless --flat is given.
      Each file is verified by its SHA-256, and takes the place of an old one only when it is whole.

      EXAMPLES
        convoke get -w 'node[1-64]' /var/log/syslog logs/
        convoke get -w 'node[1-8]' --flat '/tmp/result-{rank}.csv' results/
      """
  )

  @OptionGroup(title: "Hosts") var targets: TargetOptions
  @OptionGroup(title: "Fan-out") var fanout: FanoutOptions
  @OptionGroup(title: "Output") var display: DisplayOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  @Flag(help: "Make no directory for each host.")
  var flat = false

  @Argument(
    help: ArgumentHelp(
      "The files and directories on the hosts, then the directory here; {host} and the like are replaced.",
      valueName: "source ... destination"
    ),
    completion: .file()
  )
  var paths: [String]

  func action(_ sources: [String], to destination: String) -> FleetAction {
    .get(sources, to: destination, hasHostDirectories: !self.flat)
  }
}
