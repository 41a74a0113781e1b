import ArgumentParser

/// `convoke hosts`: works on host sets, in pipes too.
struct HostsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hosts",
    abstract: "Expands, folds, counts, splits and picks host sets.",
    discussion: """
      Hosts come from the arguments, each one an expression such as 'node[1-64],login1!node13', \
      or from standard input when there are none. A result without any host is an error.
      """,
    subcommands: [
      ExpandCommand.self,
      FoldCommand.self,
      CountCommand.self,
      SplitCommand.self,
      PickCommand.self,
      GroupsCommand.self,
      RegroupCommand.self,
    ]
  )
}
