import ArgumentParser
import ConvokeHosts

/// `convoke hosts count`: how many there are.
struct CountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Writes how many hosts a set has."
  )

  @OptionGroup var options: HostSetOptions

  func run() async throws { print(try await self.options.resolve().count) }
}
