internal import Synchronization

/// A source that asks shell commands, as the upcalls of ClusterShell do.
///
/// Each answer is kept, so that a command runs once for each group or host as long as the source
/// lives.
public final class CommandGroupSource: GroupSource {
  /// Runs a shell command and returns what it wrote to standard output.
  public typealias Runner = @Sendable (_ command: String) throws -> String

  /// The name of the source, as in `@source:group`.
  public let name: String
  /// The commands.
  public let upcalls: Upcalls
  private let runner: Runner
  private let answers = Mutex<[String: String]>([:])

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - name: The name of the source.
  ///   - upcalls: The commands.
  ///   - runner: Runs a shell command; it throws if the command fails.
  public init(name: String, upcalls: Upcalls, runner: @escaping Runner) {
    self.name = name
    self.upcalls = upcalls
    self.runner = runner
  }

  /// Returns what `map` answers; nothing at all means that there is no such group.
  ///
  /// - Parameter group: The name of the group.
  /// - Returns: The answer.
  /// - Throws: What the runner throws, or an error if the name could mean something to the shell.
  public func hosts(in group: String) throws -> String? {
    let answer = try self.ask(self.upcalls.map, ["GROUP": group])
    return answer.allSatisfy(\.isWhitespace) ? nil : answer
  }

  /// Returns what `all` answers, or `nil` without such a command.
  ///
  /// - Throws: What the runner throws.
  public func allHosts() throws -> String? {
    try self.upcalls.all.map { try self.ask($0, [:]) }
  }

  /// Returns what `list` answers, without duplicates and in order.
  ///
  /// - Throws: What the runner throws, or an error if there is no such command.
  public func groupNames() throws -> [String] {
    guard let command = self.upcalls.list else {
      throw HostSetError(.groupSource, "the group source '\(self.name)' has no command 'list'")
    }
    return Set(try self.words(self.ask(command, [:]))).sorted()
  }

  /// Returns what `reverse` answers, or `nil` without such a command.
  ///
  /// - Parameter host: The name of the host.
  /// - Returns: The names of the groups, or `nil`.
  /// - Throws: What the runner throws, or an error if the name could mean something to the shell.
  public func groups(of host: String) throws -> [String]? {
    try self.upcalls.reverse.map { try self.words(self.ask($0, ["NODE": host])) }
  }

  private func words(_ text: String) -> [String] {
    text.split { $0.isWhitespace || $0 == "," }.map(String.init)
  }

  /// The answer of a command with its placeholders filled in, from the cache if there.
  private func ask(_ template: String, _ values: [String: String]) throws -> String {
    var values = values
    values["SOURCE"] = self.name
    var command = template
    for (name, value) in values {
      command = try Self.fill(command, name, value)
    }
    if let answer = self.answers.withLock({ $0[command] }) { return answer }
    let answer = try self.runner(command)
    self.answers.withLock { $0[command] = answer }
    return answer
  }

  /// Fills in `$NAME` and `${NAME}`, refusing what a shell would not take for plain text.
  private static func fill(_ template: String, _ name: String, _ value: String) throws -> String {
    guard template.contains("$\(name)") || template.contains("${\(name)}") else { return template }
    let isPlain = value.utf8.allSatisfy { byte in
      isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || "_.:@%+-".utf8.contains(byte)
    }
    guard isPlain, !value.hasPrefix("-") else {
      throw HostSetError(.groupSource, "the name '\(value)' cannot be passed to a command")
    }
    return
      template
      .split(separator: "${\(name)}", omittingEmptySubsequences: false).joined(separator: value)
      .split(separator: "$\(name)", omittingEmptySubsequences: false).joined(separator: value)
  }
}
