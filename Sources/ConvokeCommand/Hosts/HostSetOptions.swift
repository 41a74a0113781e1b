import ArgumentParser
import ConvokeHosts

/// The hosts a subcommand works on, and the operations that apply to all of them.
struct HostSetOptions: ParsableArguments {
  @Argument(help: "Host sets; '-' or nothing at all is standard input.")
  var hosts: [String] = []

  @Flag(name: .shortAndLong, help: "Take all hosts of the group source.")
  var all = false

  @Option(
    name: [.customShort("x"), .long],
    help: ArgumentHelp("Leave out these hosts.", valueName: "set")
  )
  var exclude: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("Keep only these hosts.", valueName: "set"))
  var intersection: [String] = []

  @Option(
    name: [.customShort("X"), .customLong("xor")],
    help: ArgumentHelp("Keep what is in one of both sets alone.", valueName: "set")
  )
  var symmetricDifference: [String] = []

  @Option(
    name: [.customShort("I"), .long],
    help: ArgumentHelp("Keep only the hosts at these positions, such as 0-9.", valueName: "ranges")
  )
  var slice: String?

  @OptionGroup var groups: GroupOptions

  /// What the options say, to be used on any thread.
  var selection: HostSelection {
    HostSelection(
      hosts: self.hosts,
      all: self.all,
      exclude: self.exclude,
      intersection: self.intersection,
      symmetricDifference: self.symmetricDifference,
      slice: self.slice,
      groups: self.groups.lookup
    )
  }

  /// Returns the hosts; none at all is an error.
  func resolve() async throws -> HostSet {
    let selection = self.selection
    return try await ShellUpcall.onOwnThread { try selection.resolve(selection.groups.resolver()) }
  }
}
