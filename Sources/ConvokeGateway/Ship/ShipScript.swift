/// The line of a POSIX shell that starts a worker where its host has it, and takes it in where not.
///
/// It has no quote, backslash, exclamation mark or newline, so that every login shell can pass it on.
///
/// What it prints begins with `convoke`, a number that was made up for it, and a word:
/// - `need MACHINE gzip|plain`: the worker is missing; `go SIZE` or `no` is read, then the bytes;
/// - `failed REASON`: it cannot be had here;
/// - `ready`, printed by the worker itself: the bootstrap line may come.
enum ShipScript {
  /// The folders that are tried, in order; those in shared places only if they are the user's own.
  static let folders = [
    Self.firstFolder, "\"/var/tmp/convoke-$u\"", "\"/tmp/convoke-$u\"", "\"/dev/shm/convoke-$u\"",
  ].joined(separator: " ")

  private static let firstFolder = "\"${XDG_CACHE_HOME:-$HOME/.cache}/convoke\""

  private static let own = "own() { [ -h \"$1\" ] && return 1; [ -d \"$1\" ] && [ -O \"$1\" ]; }"

  /// Functions and variables of all lines: whoever can write a file could make us run anything, so it
  /// has to be in a folder of the user's.
  static let preamble = "m=$(umask); umask 077; u=$(id -u); \(Self.own)"

  static func line(_ shipment: Shipment, mark: String) -> String {
    let name = "workers/\(shipment.hash)/\(WorkerFile.standardName)"
    let start = "\"$f\" \(OwnProgram.workerArgument) \(mark); s=$?"
    return [
      self.own,
      self.startAtOnce(name, shipment.size, start),
      self.preamble,
      "say() { echo \"convoke \(mark) $*\"; }",
      // With the file mode mask of the user. 126: it is there, but may not be executed any more.
      "run() { umask \"$m\"; \(start); [ $s = 126 ] || exit $s; umask 077; }",
      self.startIfThere(name, shipment.size),
      self.chooseFolder(shipment.size),
      "k=plain; command -v gzip > /dev/null 2>&1 && k=gzip",
      "say need $(uname -m) $k",
      "read -r w z && [ \"$w\" = go ] || exit 1",
      self.takeIn(name, shipment),
    ].joined(separator: "; ")
  }

  /// What every login shell can do before that: start the worker where it usually is, without another shell.
  ///
  /// A shell that fails to start it is gone, so that a file that is there has to be whole.
  static func shortcut(_ shipment: Shipment, mark: String) -> String {
    let folder = "~/.cache/convoke"
    let file = "\(folder)/workers/\(shipment.hash)/\(WorkerFile.standardName)"
    return "test -O \(folder) && test -O \(file) && test -x \(file) "
      + "&& exec \(file) \(OwnProgram.workerArgument) \(mark)"
  }

  // Where it usually is, without any other program. A file that was cut short fails, unless nothing is
  // left of it; what is no longer whole is replaced.
  private static func startAtOnce(_ name: String, _ size: Int, _ start: String) -> String {
    "b=\(self.firstFolder); f=$b/\(name); own \"$b\" && [ -x \"$f\" ] && [ -s \"$f\" ] && { "
      + "\(start); [ $s = 0 ] && exit; [ $s = 126 ] || [ \"$(wc -c < \"$f\")\" -ne \(size) ] || exit $s; }"
  }

  private static func startIfThere(_ name: String, _ size: Int) -> String {
    "for b in \(self.folders); do f=$b/\(name); own \"$b\" && [ -x \"$f\" ] && "
      + "[ \"$(wc -c < \"$f\")\" -eq \(size) ] && run; done"
  }

  // Where one can write, has the room, and can run what was written.
  private static func chooseFolder(_ size: Int) -> String {
    "w= ; d= ; for b in \(self.folders); do t=$b/.try-$$; "
      + "e=$( { mkdir -p \"$b\" && own \"$b\" && echo exit 0 > \"$t\" && chmod 700 \"$t\"; } 2>&1 ) || "
      + "{ w=\"$w$b: ${e##*: }; \"; rm -f \"$t\" 2> /dev/null; continue; }; "
      + "\"$t\" 2> /dev/null; s=$?; rm -f \"$t\"; "
      + "[ $s = 126 ] && { w=\"$w$b is mounted noexec; \"; continue; }; "
      + "r=$(df -Pk \"$b\" | tail -n 1 | { read -r a c e g h; echo \"$g\"; }); "
      + "[ \"${r:-0}\" -lt \(size / 1024 + 64) ] && { w=\"$w$b has only ${r:-no} KiB left; \"; continue; }; "
      + "d=$b; break; done; [ -n \"$d\" ] || { say failed \"$w\"; exit 1; }"
  }

  // In parts that are named after this process, so that several can do it at once.
  private static func takeIn(_ name: String, _ shipment: Shipment) -> String {
    "f=$d/\(name); p=${f%/*}; t=$p/.part-$$; mkdir -p \"$p\"; "
      + "find \"$d/workers\" -name .part-\"*\" -mmin +60 -exec rm -f {} + 2> /dev/null; "
      // Workers of a month ago are seldom asked for again; those that run keep their file.
      + "find \"$d/workers\" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} + 2> /dev/null; "
      + "case $k in gzip) head -c \"$z\" | gzip -dc ;; *) head -c \"$z\" ;; esac > \"$t\" "
      + "|| { rm -f \"$t\"; say failed \"$d: the worker could not be written, the disk may be full\"; exit 1; }; "
      + "h=$( { sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < \"$t\" 2> /dev/null ); h=${h%% *}; "
      + "[ \"$h\" = \(shipment.hash) ] "
      + "|| { rm -f \"$t\"; say failed \"$d: the worker arrived damaged, its SHA-256 is $h\"; exit 1; }; "
      + "chmod 700 \"$t\" && mv -f \"$t\" \"$f\"; \"$f\" \(OwnProgram.checkArgument) > /dev/null 2>&1; s=$?; "
      + "[ $s = 0 ] || { say failed \"$f does not run here, its status is $s\"; exit 1; }; run"
  }
}
