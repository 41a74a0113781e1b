package import ConvokeProcess

/// What a POSIX shell does before it becomes a command, for scripts that start commands themselves.
package enum ShellPreparation {
  /// The commands that set directory, mask, niceness and variables, and look for the program.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - process: What the shell calls the process that becomes the command.
  ///   - refusal: The shell commands that refuse to go on, for a kind of failure and an exit code.
  /// - Returns: Shell commands, each of which may have several lines.
  package static func lines(
    for command: Command,
    process: String,
    refusal: @escaping @Sendable (Failure.Kind, Int) -> String
  ) -> [String] {
    let plan = RemoteScript.Plan(nonce: "", process: process, refusal: refusal)
    let settings = RemoteScript.settings(command, plan)
    guard case .arguments(let arguments) = command.form else { return settings }
    return settings + [RemoteScript.check(arguments[0], plan)]
  }

  /// Why a command cannot be given to a shell, if it cannot.
  package static func objection(to command: Command) -> Failure? {
    RemoteScript.objection(to: command)
  }

  /// A word in single quotes.
  package static func quote(_ word: String) -> String { RemoteScript.quote(word) }

  /// A termination sequence as words: signals, each with tenths of a second.
  package static func steps(_ sequence: TerminationSequence) -> String {
    RemoteScript.steps(sequence)
  }
}
