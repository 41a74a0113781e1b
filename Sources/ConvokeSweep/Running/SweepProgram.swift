internal import ConvokeFleet
internal import ConvokeProcess

/// The command that executes a combination, with the names of parameters in braces.
///
/// Beside the parameters there are `{host}`, `{hosts}` (all hosts of the combination, joined by commas),
/// `{slug}`, `{key}`, `{attempt}` and `{repetition}` (from 1; 0 for a warm-up).
public struct SweepProgram: Sendable, Hashable {
  /// The two forms of a command.
  public enum Form: Sendable, Hashable {
    /// A program and its arguments; each stays one argument, whatever is inserted.
    case arguments([String])
    /// A line for a shell; what is inserted is quoted if it needs it.
    case shell(String)
  }

  /// What to run.
  public var form: Form

  /// Makes a program of its words: a single one is a line for a shell.
  ///
  /// - Parameter words: The words; at least one.
  public init(words: [String]) {
    precondition(!words.isEmpty, "a command needs at least the name of a program")
    self.form = words.count == 1 ? .shell(words[0]) : .arguments(words)
  }

  /// Makes a program of a line for a shell.
  ///
  /// - Parameter line: The line.
  public init(_ line: String) { self.form = .shell(line) }

  /// The names that stand for something in every command, beside the parameters.
  package static let commonNames = [
    "host", "hosts", "slug", "key", "attempt", "repetition",
  ]

  /// The names in braces, whether they stand for something or not.
  package var names: Set<String> {
    var names: Set<String> = []
    for text in self.texts {
      _ = SubstitutionTemplate(text).filled { _, name in
        names.insert(name)
        return nil
      }
    }
    return names
  }

  private var texts: [String] {
    switch self.form {
    case .arguments(let words): words
    case .shell(let line): [line]
    }
  }

  /// The command with values in place of the names.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` when a value that needs quotes
  ///   stands between quotes already.
  func command(_ values: [String: String]) throws(SweepError) -> Command {
    switch self.form {
    case .arguments(let words):
      return Command(arguments: words.map { Self.filled($0, values) })
    case .shell(let line): return .shell(try Self.shellLine(line, values))
    }
  }

  /// A text with values in place of the names, as they are.
  static func filled(_ text: String, _ values: [String: String]) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    return SubstitutionTemplate(text).filled { _, name in values[name] }
  }

  /// A line for a shell with values in place of the names, each quoted if it needs it.
  static func shellLine(
    _ line: String,
    _ values: [String: String]
  ) throws(SweepError) -> String {
    var scanner = ShellScanner()
    var failure: SweepError?
    let filled = SubstitutionTemplate(line).filled { before, name in
      scanner.read(before)
      guard let value = values[name] else { return nil }
      let quoted = ShellQuoting.quote(value)
      if scanner.isPlain { return quoted }
      if quoted != value, !value.isEmpty {
        failure = SweepError(
          .definition,
          "'\(value)' cannot take the place of {\(name)} between quotes; write it outside of them"
        )
      }
      return value
    }
    if let failure { throw failure }
    return filled
  }
}

extension SweepProgram: CustomStringConvertible {
  /// The command line, its names still in braces.
  public var description: String {
    switch self.form {
    case .arguments(let words): words.joined(separator: " ")
    case .shell(let line): line
    }
  }
}
