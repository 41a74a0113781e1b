import ArgumentParser
import ConvokeFleet

/// How to reach the hosts.
struct ConnectionOptions: ParsableArguments {
  @Option(
    name: [.customShort("l"), .customLong("user")],
    help: ArgumentHelp(
      "The login name. (default: as your ssh configuration says)",
      valueName: "name"
    )
  )
  var login: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The port of the ssh server.", valueName: "number"),
    transform: Checked.port
  )
  var port: Int?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A private key file; repeatable.", valueName: "file"),
    completion: .file()
  )
  var identity: [String] = []

  @Option(
    help: ArgumentHelp("The ssh configuration to read. (default: ssh's own)", valueName: "file"),
    completion: .file()
  )
  var sshConfig: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "An option for ssh, as in ssh_config, such as Compression=yes; repeatable.",
      valueName: "name=value"
    )
  )
  var sshOption: [String] = []

  @Option(
    help: ArgumentHelp("How long to wait for a connection. (default: 20s)", valueName: "duration")
  )
  var connectTimeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Keep connections for later calls of this program, this long after the last use.",
      valueName: "duration"
    )
  )
  var persist: DurationArgument?

  @Option(
    help: ArgumentHelp(
      """
      What keeps the commands on the hosts: auto, swift, python or none; without one that can be \
      started there, none. (default: none)
      """,
      valueName: "kind"
    ),
    transform: Checked.worker
  )
  var worker: FleetWorker?

  @Flag(help: "Prefer the key exchange that costs least time (curve25519), on trusted networks.")
  var fastKex = false

  @Flag(help: "Do not check host keys: for throw-away machines that are reinstalled all the time.")
  var testbed = false
}
