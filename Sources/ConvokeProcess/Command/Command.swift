public import Logging

/// A command to run, on this machine or on another one.
///
/// A command is a value: it can be run any number of times, each run starts afresh.
///
/// ```swift
/// let kernel = try await Command("uname", "-r").run().stdout.text
/// let count = try await Command.shell("ls | wc -l").run().stdout.text
/// ```
public struct Command: Sendable {
  /// What to run.
  public var form: Form
  /// A short name for reports, by default made of the command line.
  public var name: String?
  /// Changes to the inherited environment: a value sets a variable, `nil` removes it.
  public var environment: [String: String?] = [:]
  /// The working directory; `nil` is the caller's own here, and the home directory elsewhere.
  public var directory: String?
  /// The file mode mask, such as `0o022`; `nil` keeps the inherited one.
  public var umask: UInt16?
  /// What to add to the niceness, from -20 to 19.
  public var niceness: Int = 0
  /// The limits of resources that differ from the inherited ones; set once all else is.
  public var limits: [LimitedResource: ResourceLimit] = [:]
  /// What the standard input reads.
  public var input: Input = .none
  /// Where the standard output goes.
  public var stdout = OutputOptions()
  /// Where the standard error goes.
  public var stderr = OutputOptions()
  /// The pseudo-terminal that replaces the three streams, if one is wanted.
  public var terminal: PseudoTerminal?
  /// How long the command may run, from its start; the process group is ended after that.
  public var deadline: Duration?
  /// How the process group is ended on a deadline, a cancellation or the end of a scope.
  public var termination = TerminationSequence.standard
  /// How long to read on after the end of the program when another process holds its output open.
  public var linger: Duration = .milliseconds(100)
  /// The kinds of failure that count as success.
  public var accepting: FailureSet = []
  /// The kinds of failure that are not logged as warnings.
  public var quiet: FailureSet = []
  /// Descriptors for standard input and output, closed here once the process has them: for a run only.
  package var handover: Handover?
  /// The shell for a command line, where it is not `/bin/sh`.
  package var shell: String?
  /// The mark of its processes, by which also those that leave the group are found when it is ended.
  package var mark: UInt64?
  /// The identifier of the run that starts the command: no secret, for its environment.
  package var run: String?
  /// Whether what is left of the process group is killed when its first process has ended.
  package var killsGroupAtEnd = false
  /// Gets a record of each end: a warning after a failure, else a debug message; `nil` logs nothing.
  public var logger: Logger?

  /// Makes a command of a program and its arguments, which no shell interprets.
  ///
  /// - Parameters:
  ///   - program: A name looked up in `PATH`, or a path.
  ///   - arguments: The arguments, each passed on as it is.
  public init(_ program: String, _ arguments: String...) {
    self.init(arguments: [program] + arguments)
  }

  /// Makes a command of an argument list, which no shell interprets.
  ///
  /// - Parameter arguments: The program, then its arguments; the list must not be empty.
  public init(arguments: [String]) {
    precondition(!arguments.isEmpty, "a command needs at least the name of a program")
    self.form = .arguments(arguments)
  }

  /// Makes a command line for a shell: `/bin/sh` here, the login shell on another host.
  ///
  /// - Parameter line: The command line, of one or more lines.
  /// - Returns: The command.
  public static func shell(_ line: String) -> Command {
    var command = Command(arguments: ["/bin/sh"])
    command.form = .shell(line)
    return command
  }
}

extension Command {
  /// The two forms of a command.
  public enum Form: Sendable, Hashable {
    /// A program and its arguments, which no shell interprets.
    case arguments([String])
    /// A command line for a shell.
    case shell(String)
  }

  /// Descriptors that a process takes over as its standard input and output.
  package struct Handover: Sendable {
    var input: Int32
    var output: Int32

    /// Makes a pair of descriptors.
    package init(input: Int32, output: Int32) {
      self.input = input
      self.output = output
    }
  }

  /// A copy of the command with some of its properties changed.
  ///
  /// - Parameter change: What to change.
  /// - Returns: The changed copy.
  public func with(_ change: (inout Command) -> Void) -> Command {
    var copy = self
    change(&copy)
    return copy
  }
}

extension Command: CustomStringConvertible {
  /// The command line, quoted for a POSIX shell where that is needed.
  public var description: String {
    switch self.form {
    case .arguments(let arguments): arguments.map(ShellQuoting.quote).joined(separator: " ")
    case .shell(let line): line
    }
  }

  /// The name given, or the first characters of the command line: at most 39 characters.
  public var label: String {
    if let name = self.name { return name }
    let words = self.description.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count > 39 ? words.prefix(36) + "..." : words
  }
}
