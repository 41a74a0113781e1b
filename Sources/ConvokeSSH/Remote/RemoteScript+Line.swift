import ConvokeProcess

extension RemoteScript {
  /// How a command is started.
  struct Plan: Sendable {
    /// The random word that marks the lines of this command.
    var nonce: String
    /// Whether the script runs in bash, which is the login shell.
    var isInBash = false
    /// Whether ssh itself cannot be trusted with the exit code.
    var reportsEnd = false
  }

  /// The line that says what to run, with its end.
  static func line(_ command: Command, _ plan: Plan) -> String {
    let hasTerminal = command.terminal != nil
    var parts = ["n=\(plan.nonce)", "d=\(self.quote(self.steps(command.termination)))"]
    parts.append(hasTerminal ? "T=1;stty $S" : "T=")
    parts += self.settings(command)
    if case .arguments(let arguments) = command.form { parts.append(self.check(arguments[0])) }
    parts.append(self.watchesByInput(command) ? "b" : "p")
    parts.append("o")
    parts += self.start(command, plan)
    let text = parts.joined(separator: ";")
    // Reading a line ends at its end, so line ends travel in a variable.
    guard text.utf8.contains(0) else { return text + "\n" }
    let pieces = text.utf8.split(separator: 0, omittingEmptySubsequences: false)
    let joined = pieces.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\"$N\"'")
    return "N=$(printf '\\nx');N=${N%x};\(joined)\n"
  }

  /// The line for a session that watches over the command of another session.
  static func keeperLine(group: Int32, poller: Int32?, _ sequence: TerminationSequence) -> String {
    let poller = poller.map(String.init) ?? ""
    return "d=\(self.quote(self.steps(sequence)));G=\(group);P=\(poller);"
      + "echo \(self.startMark);v;w\n"
  }

  /// Whether the watchdog reads standard input, because the program does not.
  static func watchesByInput(_ command: Command) -> Bool {
    if case .none = command.input { command.terminal == nil } else { false }
  }

  /// A termination sequence as the watchdog reads it: signals, each with tenths of a second.
  static func steps(_ sequence: TerminationSequence) -> String {
    sequence.steps.map { step in
      let tenths = max(0, (step.wait / .milliseconds(100)).rounded(.up))
      return "\(step.signal.name) \(Int(min(tenths, 1e9)))"
    }.joined(separator: " ")
  }

  // Always in single quotes; a line end becomes NUL here, which no word can contain.
  static func quote(_ word: String) -> String {
    // Byte by byte: a quote or a line end may be followed by a combining character.
    var bytes: [UInt8] = [UInt8(ascii: "'")]
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "'"): bytes += "'\\''".utf8
      case UInt8(ascii: "\n"): bytes.append(0)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self) + "'"
  }

  private static func settings(_ command: Command) -> [String] {
    var parts: [String] = []
    if let directory = command.directory {
      parts.append("cd -- \(self.quote(directory))||r directory-not-usable 126")
    }
    if let umask = command.umask { parts.append("umask \(String(umask, radix: 8))") }
    if command.niceness != 0 {
      parts.append("renice -n \(command.niceness) -p $$ >/dev/null||r permission-denied 126")
    }
    for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
      parts.append(value.map { "export \(name)=\(self.quote($0))" } ?? "unset \(name)")
    }
    return parts
  }

  private static func check(_ program: String) -> String {
    let word = self.quote(program)
    if program.contains("/") {
      return "[ -e \(word) ]||r command-not-found 127;"
        + "[ -f \(word) ]&&[ -x \(word) ]||r permission-denied 126"
    }
    return "command -v \(word) >/dev/null||{ IFS=:;for f in $PATH;do "
      + "[ -f \"$f\"/\(word) ]&&r permission-denied 126;done;r command-not-found 127;}"
  }

  private static func start(_ command: Command, _ plan: Plan) -> [String] {
    let program: [String]
    switch command.form {
    case .arguments(let arguments):
      // Nothing may come between: what the shell prints after the mark is output of the command.
      let words = arguments.map(self.quote).joined(separator: " ")
      program = ["eval \"$x\"", "exec \(words)"]
    case .shell(let line) where plan.isInBash && !plan.reportsEnd:
      program = ["disown", "eval \"$x\"", self.forget, "eval \(self.quote(line))"]
    case .shell(let line):
      // The login shell reads its start-up files again, and may print, before it prints the mark.
      let shell = "\"${SHELL:-/bin/sh}\""
      program = [
        "case $SHELL in *csh)x=\"/bin/sh -c '$x';\";;esac",
        "exec \(shell) -c \"$x\"\(self.quote(line))",
      ]
    }
    guard plan.reportsEnd else { return program }
    return [
      "trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2", "(\(program.joined(separator: ";")))",
      "s=$?", "echo \"\(self.endMark)$n $s\">&2", "exit $s",
    ]
  }

  // What the script made must not be seen by the user's line, which runs in the same shell.
  private static let forget =
    "unset c n d x G P g t T N S;unset -f m k e q v w b p o r"
}

extension RemoteScript {
  /// Why a command cannot be sent to any host, if it cannot.
  static func objection(to command: Command) -> Failure? {
    let words: [String] =
      switch command.form {
      case .arguments(let arguments): arguments
      case .shell(let line): [line]
      }
    let values = command.environment.values.compactMap { $0 }
    if let bad = (words + values + [command.directory ?? ""]).first(where: { $0.utf8.contains(0) })
    {
      let message = "an argument contains a NUL byte: \(bad.prefix(40).debugDescription)"
      return Failure(.spawnFailed, message, remedy: "pass such bytes through standard input")
    }
    guard let name = command.environment.keys.first(where: { !self.isName($0) }) else { return nil }
    let message = "the name of a variable cannot be set by a shell: \(name.debugDescription)"
    return Failure(.spawnFailed, message, remedy: "use letters, digits and underscores")
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
