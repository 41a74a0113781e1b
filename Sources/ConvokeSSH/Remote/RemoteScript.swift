import ConvokeProcess

/// The shell text that starts a command on a host and watches over it.
///
/// The text comes in two parts. The fixed part is the command line given to the login shell, of
/// whatever kind that is: it has no single quote, backslash or line end, so that
/// sh, csh and fish read it alike between single quotes. It defines the watchdog and reads one line
/// from standard input, the second part, which says what to run: so no argument and no variable of
/// the user is ever seen in the process list of the host, and quoting is that of POSIX alone.
enum RemoteScript {
  /// The word before the nonce on the line that says that the program starts.
  static let startMark = "CONVOKE-START:"
  /// The word before the nonce on the line that says why it does not start.
  static let refusalMark = "CONVOKE-REFUSED:"
  /// The word before the nonce on the line that says that the terminal is ready for the second part.
  static let readyMark = "CONVOKE-READY:"
  /// The word before the nonce on the line with the exit code, where ssh cannot be trusted with it.
  static let endMark = "CONVOKE-END:"

  /// How long a watchdog waits for the next sign of life of the controller, in seconds.
  static let patience = 20

  /// The command line for a login shell of any kind.
  ///
  /// - Parameter terminalNonce: The nonce, if the session has a terminal.
  /// - Returns: The text for ssh to pass on; the line that says what to run comes after it.
  static func anyShell(terminalNonce: String? = nil) -> String {
    "exec /bin/sh -c '\(self.preamble(terminalNonce))\(self.functions);\(self.start)'"
  }

  /// The command line for a login shell that is known to read the script itself.
  ///
  /// The functions are only read if they are needed: that saves a quarter of the time it takes.
  ///
  /// - Parameters:
  ///   - line: What to run, if it may be seen; else the line that says it comes after this one.
  ///   - terminalNonce: The nonce, if the session has a terminal.
  /// - Returns: The text for ssh to pass on.
  static func posixShell(_ line: String? = nil, terminalNonce: String? = nil) -> String {
    let rest = line ?? "IFS= read -r c;eval \"$c\""
    return self.preamble(terminalNonce) + "B='\(self.functions)';\(self.variables);\(rest)"
  }

  private static func preamble(_ terminalNonce: String?) -> String {
    terminalNonce.map(self.terminalPreamble) ?? ""
  }

  // A terminal in its usual mode would echo the line and cut it after 4095 bytes.
  private static func terminalPreamble(_ nonce: String) -> String {
    "n=\(nonce);S=$(stty -g);stty raw -echo;echo \"\(self.readyMark)$n\";"
  }

  // G: the process group watched over. P: the polling watchdog to wake up. d: the termination
  // sequence. t: the timer. g: the signal to send to each process of the group.
  private static let variables = "G=$$ P= g= t= a="

  private static let deaf = "trap \"\" HUP INT QUIT PIPE ALRM TERM USR1 USR2 TSTP TTIN TTOU"

  /// What `b` does, for a shell that has not read the functions.
  ///
  /// Bash can wait for the first sign of life with a limit, without a process for it.
  ///
  /// - Parameter isBash: Whether the shell is bash.
  /// - Returns: The text, which starts the watchdog.
  static func lazyWatchdog(isBash: Bool) -> String {
    let limit = isBash ? "-t \(self.patience + 5) " : ""
    return "exec 8<&0;{ exec 9>&2 >/dev/null 2>&1;\(self.deaf);"
      + "read \(limit)-r a l||{ kill -0 $G||exit;a=t l=$d;};"
      + "eval \"$B\";v;w;}<&8 8<&-& exec </dev/null 8<&-"
  }

  private static let start = "\(Self.variables);IFS= read -r c;eval \"$c\""

  private static let functions = [
    // m: is anybody left in the group but the watchdog itself?
    "m(){ kill -0 $G&&[ -z \"$g\" ]&&return 0;[ \"$P\" ]&&kill -s URG $P;"
      + "[ -r /proc/self/stat ]||return 0;for f in /proc/[0-9]*/stat;do read -r x <$f||continue;"
      + "set -- ${x%% *} ${x##*) };case \"$4 $2 $1\" in \"$G Z \"*|\"$G \"?\" $z\");;"
      + "\"$G \"*)[ -z \"$g\" ]&&return 0;kill -s $g $1;;esac;done;return 1;}",
    // k: end the timer. e: end the sleep waited for.
    "k(){ [ \"$t\" ]&&kill -s URG $t;t=;}",
    "e(){ kill -s KILL $s;exit;}",
    // q: the termination sequence: signals, each with tenths of a second; KILL last.
    "q(){ k;while [ $# -gt 1 ];do kill -s $1 -- -$G;kill -s CONT -- -$G;i=$2;"
      + "while m&&[ $i -gt 0 ];do sleep .1||sleep 1;i=$((i-1));done;m||exit;shift 2;done;"
      + "kill -s KILL -- -$G;exit;}",
    // v: become a watchdog that no signal of the group reaches, but KILL and STOP.
    "v(){ exec >/dev/null 2>&1;\(Self.deaf);read -r z y </proc/self/stat;}",
    // w: obey the lines of the controller; at their end the link is lost, unless the program ended.
    "w(){ while case $a in s)case $l in STOP|TSTP|TTIN|TTOU)g=$l;m;g=;;"
      + "*)kill -s $l -- -$G;;esac;;t)q $l;;h)k;(trap e URG;sleep \(Self.patience)& s=$!;wait $s;"
      + "q $d)9>&- &t=$!;;esac;read -r a l;do :;done;k;kill -0 $G&&q $d;exit;}",
    // b: start the watchdog that reads standard input; it holds standard error to show its end.
    "b(){ exec 8<&0;(exec 9>&2;v;read -r a l;w)<&8 8<&- &exec </dev/null 8<&-;}",
    // p: start the watchdog that polls, where standard input belongs to the program.
    "p(){ (trap e URG;trap : HUP INT QUIT ALRM TERM USR1 USR2;exec </dev/null >/dev/null 2>&1;"
      + "read -r z y </proc/self/stat;while kill -0 $G;do "
      + "[ -d /proc/$PPID ]||kill -0 $PPID||q $d;sleep 2& s=$!;wait $s;done)&P=$!;}",
    // r: say why it does not.
    "r(){ echo \"\(Self.refusalMark)$n $1\">&2;exit $2;}",
  ].joined(separator: ";")
}
