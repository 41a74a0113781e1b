import ArgumentParser

/// `convoke completions`: scripts that complete command lines.
struct CompletionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Writes the script that completes command lines of convoke in your shell.",
    discussion: """
      EXAMPLES
        convoke completions bash > /etc/bash_completion.d/convoke
        convoke completions zsh > ~/.zsh/completions/_convoke
        convoke completions fish > ~/.config/fish/completions/convoke.fish
      """
  )

  /// The shells there are scripts for.
  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish
  }

  @Argument(help: "The shell: bash, zsh or fish.")
  var shell: Shell

  /// Writes the script.
  func run() async throws {
    let shell: CompletionShell =
      switch self.shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    await Console.shared.print(ConvokeCommand.completionScript(for: shell))
  }
}
