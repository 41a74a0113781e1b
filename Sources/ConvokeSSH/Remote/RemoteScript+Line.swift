import ConvokeProcess

extension RemoteScript {
  /// How a command is started.
  struct Plan: Sendable {
    /// The random word that marks the lines of this command.
    var nonce: String
    /// What is known about the login shell.
    var shell = LoginShell.unknown
    /// Whether ssh itself cannot be trusted with the exit code.
    var reportsEnd = false
    /// Whether the login shell is taken for bash as long as nothing is known about it.
    var guessesBash = false
    /// What the shell calls the process that becomes the command.
    var process = "$$"
    /// The words that refuse the command, for a script that has its own.
    var refusal: (@Sendable (Failure.Kind, Int) -> String)?
  }

  /// How to start a command: the command line for ssh, and what to write to it then.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - plan: How it is started.
  /// - Returns: The two texts; the second one may be empty.
  static func texts(_ command: Command, _ plan: Plan) -> (commandLine: String, input: String) {
    if plan.shell == .unknown, plan.guessesBash, self.watchesByInput(command),
      let guess = self.guess(command, plan)
    {
      return (guess, "")
    }
    let nonce = command.terminal == nil ? nil : plan.nonce
    let text = self.text(command, plan)
    guard plan.shell.isPOSIX else { return (self.anyShell(terminalNonce: nonce), self.line(text)) }
    // Values of variables may be secrets, and an argument has 128 KiB (execve(2)).
    if nonce == nil, self.mayBeSeen(text, command) { return (self.posixShell(text), "") }
    return (self.posixShell(terminalNonce: nonce), self.line(text))
  }

  private static func mayBeSeen(_ text: String, _ command: Command) -> Bool {
    command.environment.isEmpty && text.utf8.count < 48 << 10
  }

  // Bash goes on; another POSIX shell hands over to sh; csh and fish do not understand the first
  // word and end, without a mark and before anything has run.
  private static func guess(_ command: Command, _ plan: Plan) -> String? {
    var bash = plan
    bash.shell = .bash
    let text = self.text(command, bash)
    let other = self.text(command, plan)
    guard self.mayBeSeen(text, command) else { return nil }
    return ": ${x+y};[ \"$BASH_VERSION\" ]||exec /bin/sh -c \(self.quote(self.wholeScript(other)));"
      + self.posixShell(text)
  }

  private static func text(_ command: Command, _ plan: Plan) -> String {
    var parts = ["n=\(plan.nonce)", "d=\(self.quote(self.steps(command.termination)))"]
    if command.terminal != nil { parts.append("stty $S") }
    parts += self.settings(command, plan)
    if case .arguments(let arguments) = command.form {
      parts.append(self.check(arguments[0], plan))
    }
    parts.append(self.watch(command, plan))
    // Not before: the watchdog is nothing that a run leaves behind.
    if let run = command.run, command.environment[RunMark.name] == nil {
      parts.append("export \(RunMark.name)=\(run)")
    }
    parts += self.start(command, plan)
    return parts.joined(separator: ";")
  }

  private static func watch(_ command: Command, _ plan: Plan) -> String {
    let watchesByInput = self.watchesByInput(command)
    if plan.shell.isPOSIX {
      return watchesByInput
        ? self.lazyWatchdog(isBash: plan.shell == .bash) : "eval \"$B\";p"
    }
    return watchesByInput ? "b" : "p"
  }

  private static func refuse(_ kind: Failure.Kind, _ code: Int, _ plan: Plan) -> String {
    if let refusal = plan.refusal { return refusal(kind, code) }
    let call = "r \(kind.rawValue) \(code)"
    return plan.shell.isPOSIX ? "{ eval \"$B\";\(call);}" : call
  }

  // Reading a line ends at its end, so line ends travel in a variable.
  private static func line(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\n")) else { return text + "\n" }
    let pieces = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let joined = pieces.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\"$N\"'")
    return "N=$(printf '\\nx');N=${N%x};\(joined)\n"
  }

  /// The line for a session that watches over the command of another session.
  static func keeperLine(group: Int32, poller: Int32?, _ sequence: TerminationSequence) -> String {
    let poller = poller.map(String.init) ?? ""
    return "d=\(self.quote(self.steps(sequence)));G=\(group);P=\(poller);"
      + "v;read -r a l;w\n"
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

  // Always in single quotes, so that line ends are nowhere else.
  static func quote(_ word: String) -> String {
    // Byte by byte: a quote may be followed by a combining character.
    var bytes: [UInt8] = [UInt8(ascii: "'")]
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "'"): bytes += "'\\''".utf8
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self) + "'"
  }

  static func settings(_ command: Command, _ plan: Plan) -> [String] {
    var parts: [String] = []
    if let directory = command.directory {
      parts.append("cd -- \(self.quote(directory))||\(self.refuse(.directoryNotUsable, 126, plan))")
    }
    if let umask = command.umask { parts.append("umask \(String(umask, radix: 8))") }
    if command.niceness != 0 {
      // The renice of util-linux sets a niceness, whatever there was.
      parts.append(
        "renice -n $(($(nice)+\(command.niceness))) -p \(plan.process) >/dev/null||"
          + self.refuse(.permissionDenied, 126, plan)
      )
    }
    if !command.limits.isEmpty {
      let limits = command.limits.map { "--\($0.rawValue.lowercased())=\(self.limit($1))" }.sorted()
      // Of util-linux; the shell's own ulimit has units that differ from shell to shell.
      parts.append(
        "prlimit -p \(plan.process) \(limits.joined(separator: " ")) >/dev/null||"
          + self.refuse(.spawnFailed, 126, plan)
      )
    }
    for (name, value) in command.environment.sorted(by: { $0.key < $1.key }) {
      parts.append(value.map { "export \(name)=\(self.quote($0))" } ?? "unset \(name)")
    }
    return parts
  }

  private static func limit(_ limit: ResourceLimit) -> String {
    [limit.soft, limit.hard].map { $0.map(String.init) ?? "unlimited" }.joined(separator: ":")
  }

  static func check(_ program: String, _ plan: Plan) -> String {
    let word = self.quote(program)
    let missing = self.refuse(.commandNotFound, 127, plan)
    let forbidden = self.refuse(.permissionDenied, 126, plan)
    if program.contains("/") {
      return "[ -e \(word) ]||\(missing);[ -f \(word) ]&&[ -x \(word) ]||\(forbidden)"
    }
    return "command -v \(word) >/dev/null||{ IFS=:;for f in $PATH;do "
      + "[ -f \"$f\"/\(word) ]&&\(forbidden);done;\(missing);}"
  }

  private static func start(_ command: Command, _ plan: Plan) -> [String] {
    var mark = "echo \(self.startMark)$n $$ $P. $SHELL;"
    if command.terminal == nil { mark += "echo \(self.startMark)$n >&2;" }
    let program: [String]
    switch command.form {
    case .arguments(let arguments):
      // Nothing may come between: what the shell prints after the mark is output of the command.
      program = [mark + "exec " + arguments.map(self.quote).joined(separator: " ")]
    case .shell(let line) where plan.shell == .bash && !plan.reportsEnd:
      // Forgotten within: the word of eval may still need what is to be forgotten.
      program = ["disown", mark + "eval " + self.quote(self.forget + ";" + line)]
    case .shell(let line):
      // The login shell reads its start-up files again, and may print, before it prints the mark.
      program = [
        "x=\"\(mark)\"", "case $SHELL in *csh)x=\"/bin/sh -c '$x';\";;esac",
        "exec \"${SHELL:-/bin/sh}\" -c \"$x\"\(self.quote(line))",
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
    "unset c n d B G P g t a N S;unset -f m k e q v w b p r"
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
