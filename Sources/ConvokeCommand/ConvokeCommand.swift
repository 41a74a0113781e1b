import ArgumentParser

/// The command `convoke`: parses, calls the library, renders.
@main
struct ConvokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convoke",
    abstract: "Runs processes on one machine or on thousands.",
    subcommands: [HostsCommand.self]
  )
}
