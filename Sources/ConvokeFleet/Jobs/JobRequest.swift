import ConvokeHosts
import ConvokeProcess
import ConvokeSSH
import Foundation

/// What a keeper is asked for.
struct JobRequest: Sendable {
  var description: JobDescription
  var command: Command
  /// What the host is called.
  var label: String
  /// The folder of all jobs; empty for the usual one.
  var folder: String
  /// The run, and the rank of the host in it.
  var run: String
  /// Whether the host is this machine, where a command line is for `/bin/sh`.
  var isLocal: Bool

  /// The text that defines what to run; its last line says that it is whole.
  var text: String {
    """
    cv_about=\(ShellPreparation.quote(self.description.text))
    cv_login=\(self.isLogin ? 1 : 0)
    cv_prepare() {
    :
    \(self.preparation.joined(separator: "\n"))
    }
    cv_program() {
    cv_path=$2
    cv_apart /bin/sh -c "$3" convoke-job "$1" \(self.words)
    }
    #end

    """
  }

  private var isLogin: Bool {
    if case .shell = self.command.form { return !self.isLocal }
    return false
  }

  // The shell that becomes the job is a child of the one whose number `$$` is.
  private var preparation: [String] {
    ShellPreparation.lines(for: self.command, process: "$(exec sh -c 'echo $PPID')") { kind, code in
      "{ printf 'refused %s\\n' \(kind.rawValue) 1<>\"$cv_job/.outcome\"; exit \(code); }"
    }
  }

  private var words: String {
    switch self.command.form {
    case .arguments(let arguments):
      arguments.map(ShellPreparation.quote).joined(separator: " ")
    case .shell(let line) where self.isLocal: "/bin/sh -c \(ShellPreparation.quote(line))"
    case .shell(let line): "\"${SHELL:-/bin/sh}\" -c \"$4\"\(ShellPreparation.quote(line))"
    }
  }
}

/// What was asked for, as it is kept in the folder of a job.
struct JobDescription: Codable, Sendable, Hashable {
  /// The version of this form; readers refuse a higher one.
  var version = 1
  /// The name of the job.
  var name: String
  /// The command line.
  var command: String
  /// The command line with its placeholders, if it has any.
  var template: String?
  /// The run.
  var run: RunID
  /// The position of the host in the run.
  var rank: Int
  /// How long it may run, in seconds.
  var deadline: Double?
  /// Whether its input can be written to.
  var takesInput: Bool

  /// The description on one line.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in it cannot be encoded, but a number that is not finite, which a deadline never is.
    let data = (try? encoder.encode(self)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads a description; `nil` if the text is none.
  init?(_ text: String) {
    guard let found = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)),
      found.version == 1
    else { return nil }
    self = found
  }

  init(_ command: Command, of source: FleetCommand, name: JobName, run: RunID, rank: Int) {
    self.name = name.text
    self.command = "\(command)"
    if case .template(let template) = source, "\(template)" != self.command {
      self.template = "\(template)"
    }
    self.run = run
    self.rank = rank
    self.deadline = command.deadline.map { $0 / .seconds(1) }
    self.takesInput = if case .none = command.input { false } else { true }
  }
}
