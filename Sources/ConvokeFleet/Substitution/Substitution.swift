import ConvokeHosts
import ConvokeProcess
import Synchronization

/// Replaces placeholders in the commands and paths of an action.
///
/// The names are `host`, `user`, `port`, `rank`, `hosts` and those of the caller's lists; see
/// ``SubstitutionTemplate`` for what counts as a placeholder.
struct Substitution: Sendable {
  private let values: [String: [String]]
  private let folded: FoldedHosts

  init(hosts: [Host], values: [String: [String]] = [:]) {
    self.values = values.filter { !$0.value.isEmpty }
    self.folded = FoldedHosts(hosts)
  }

  /// The value of a name for a member; `nil` if the name is not known.
  func value(of name: String, for member: FleetMember) -> String? {
    if let list = self.values[name] { return list[member.rank % list.count] }
    switch name {
    case "host": return member.host.name
    case "user": return member.host.user ?? ""
    case "port": return member.host.port.map(String.init) ?? ""
    case "rank": return String(member.rank)
    case "hosts": return self.folded.text
    default: return nil
    }
  }

  /// A text with the values in place of the placeholders, as they are.
  func text(_ text: String, for member: FleetMember) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    return SubstitutionTemplate(text).filled { _, name in self.value(of: name, for: member) }
  }

  /// A shell command line with the values in place of the placeholders, each quoted if it needs it.
  ///
  /// - Throws: ``FleetError`` with code ``FleetError/Code/substitution`` when a value that needs
  ///   quotes stands between quotes already.
  func shellLine(_ line: String, for member: FleetMember) throws(FleetError) -> String {
    guard line.utf8.contains(UInt8(ascii: "{")) else { return line }
    var scanner = ShellScanner()
    var failure: FleetError?
    let filled = SubstitutionTemplate(line).filled { before, name in
      scanner.read(before)
      guard let value = self.value(of: name, for: member) else { return nil }
      let quoted = ShellQuoting.quote(value)
      if scanner.isPlain { return quoted }
      if quoted != value, !value.isEmpty {
        let place = "'\(value)' cannot take the place of {\(name)} between quotes"
        failure = FleetError(.substitution, "\(place); write {\(name)} outside of them")
      }
      return value
    }
    if let failure { throw failure }
    return filled
  }

  /// A command with the values in place of the placeholders.
  func command(_ command: Command, for member: FleetMember) throws(FleetError) -> Command {
    var command = command
    switch command.form {
    case .arguments(let arguments):
      command.form = .arguments(arguments.map { self.text($0, for: member) })
    case .shell(let line): command.form = .shell(try self.shellLine(line, for: member))
    }
    for (name, value) in command.environment {
      if let value { command.environment[name] = self.text(value, for: member) }
    }
    command.directory = command.directory.map { self.text($0, for: member) }
    if case .file(let path) = command.input {
      command.input = .file(self.text(path, for: member))
    }
    if let path = command.stdout.file?.path {
      command.stdout.file?.path = self.text(path, for: member)
    }
    if let path = command.stderr.file?.path {
      command.stderr.file?.path = self.text(path, for: member)
    }
    return command
  }
}

/// The folded text of many hosts, made when it is first asked for.
private final class FoldedHosts: Sendable {
  private let hosts: [Host]
  private let cache = Mutex<String?>(nil)

  init(_ hosts: [Host]) { self.hosts = hosts }

  var text: String {
    self.cache.withLock { cache in
      let text = cache ?? HostSet(self.hosts).folded
      cache = text
      return text
    }
  }
}
