import ArgumentParser
import ConvokeHosts

/// `convoke hosts regroup`: hosts by the names of their groups.
struct RegroupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regroup",
    abstract: "Writes the hosts as groups, the largest first, and what is in none as it is."
  )

  @OptionGroup var options: HostSetOptions

  func run() async throws {
    let selection = self.options.selection
    let text = try await ShellUpcall.onOwnThread {
      let groups = try selection.groups.resolver()
      return try selection.resolve(groups).regrouped(by: groups)
    }
    print(text)
  }
}
