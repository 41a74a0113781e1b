import ArgumentParser
import ConvokeProcess

/// What surrounds the program on the hosts.
struct ProgramOptions: ParsableArguments {
  @Flag(help: "Pass the words on as program and arguments, which no shell interprets.")
  var argv = false

  @Option(
    name: [.customShort("e"), .long],
    help: ArgumentHelp("Set a variable for the command; repeatable.", valueName: "name=value")
  )
  var env: [String] = []

  @Option(
    help: ArgumentHelp(
      "The working directory there. (default: the home directory)",
      valueName: "dir"
    )
  )
  var chdir: String?

  @Option(
    help: ArgumentHelp("The file mode mask there, such as 022.", valueName: "mask"),
    transform: Checked.umask
  )
  var umask: UInt16?

  @Option(
    help: ArgumentHelp("What to add to the niceness there, from -20 to 19.", valueName: "number"),
    transform: Checked.niceness
  )
  var nice: Int?

  @Flag(help: "Give the command a terminal; both streams arrive together then.")
  var pty = false

  @Option(
    help: ArgumentHelp(
      "Values for the placeholder {name}, one host after the other; repeatable.",
      valueName: "name=a,b,c"
    )
  )
  var values: [String] = []

  @Flag(
    name: .customLong("stdin"),
    help:
      "Pass standard input on to all hosts, also from a terminal. (default: if data is piped in)"
  )
  var takesInput = false

  @Flag(name: [.customShort("n"), .customLong("no-stdin")], help: "Pass on no standard input.")
  var takesNoInput = false

  /// Whether standard input is passed on.
  var broadcastsInput: Bool {
    self.takesInput || !self.takesNoInput && StandardInput.hasData
  }

  /// Makes the command.
  func command(_ words: [String]) throws -> Command {
    var words = words
    if words.first == "--" {
      words.removeFirst()
    } else if let first = words.first, first.hasPrefix("-"), first != "-" {
      throw UsageError("unknown option '\(first)'; a command that starts so comes after --")
    }
    guard !words.isEmpty else {
      throw UsageError("no command is given, for instance: convoke run -w local uptime")
    }
    var command =
      self.argv ? Command(arguments: words) : Command.shell(words.joined(separator: " "))
    for (name, value) in try self.env.map({ try Self.pair($0, "--env") }) {
      command.environment[name] = value
    }
    command.directory = self.chdir
    command.umask = self.umask
    command.niceness = self.nice ?? 0
    command.terminal = self.pty ? PseudoTerminal() : nil
    return command
  }

  /// The values of placeholders.
  func placeholders() throws -> [String: [String]] {
    var lists: [String: [String]] = [:]
    for text in self.values {
      let (name, list) = try Self.pair(text, "--values")
      lists[name] = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lists
  }

  private static func pair(_ text: String, _ option: String) throws -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw UsageError("\(option) '\(text)' must be written as NAME=VALUE")
    }
    return (String(parts[0]), String(parts[1]))
  }
}
