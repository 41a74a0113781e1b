import ArgumentParser
import ConvokeHosts

/// `convoke hosts split`: parts of about the same size.
struct SplitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Writes contiguous parts of about the same size, one on each line."
  )

  @Argument(help: "How many parts; there are fewer when there are not enough hosts.")
  var parts: Int

  @OptionGroup var options: HostSetOptions

  func validate() throws {
    guard self.parts > 0 else { throw ValidationError("There must be at least 1 part.") }
  }

  func run() async throws {
    for part in try await self.options.resolve().split(self.parts) { print(part.folded) }
  }
}
