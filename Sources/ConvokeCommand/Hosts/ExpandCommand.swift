import ArgumentParser
import ConvokeHosts

/// `convoke hosts expand`: one host after the other.
struct ExpandCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expand",
    abstract: "Writes the hosts of a set one below the other."
  )

  @Option(
    name: [.customShort("S"), .long],
    help: "What separates the hosts; '\\n' and '\\t' are understood."
  )
  var separator = "\\n"

  @OptionGroup var options: HostSetOptions

  func run() async throws {
    let hosts = try await self.options.resolve()
    let separator = self.separator
      .replacing("\\n", with: "\n")
      .replacing("\\t", with: "\t")
    print(hosts.lazy.map(\.description).joined(separator: separator))
  }
}
