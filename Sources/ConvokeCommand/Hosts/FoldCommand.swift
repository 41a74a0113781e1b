import ArgumentParser
import ConvokeHosts

/// `convoke hosts fold`: all hosts in one expression.
struct FoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fold",
    abstract: "Writes the hosts as one expression, as short as it can be."
  )

  @OptionGroup var options: HostSetOptions

  func run() async throws { print(try await self.options.resolve().folded) }
}
