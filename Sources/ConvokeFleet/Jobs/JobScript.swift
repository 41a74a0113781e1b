import ConvokeHosts
import ConvokeProcess

/// The programs that keep jobs on a host, for any POSIX shell (POSIX.1-2017, Shell Command Language).
///
/// A job is a folder, `ROOT/MACHINE/HOST/NAME`: homes may be shared by machines, and one machine may
/// be several hosts. What the host is called stays the same for as long as its user calls it so.
///
/// ```text
/// job.json        what was asked for, as ``JobDescription`` writes it
/// run             the run, and the rank of the host in it
/// keeper          the number of the keeper, its start (see `born`), when the job was started
/// leader          the number of the first process of the job, and its start
/// stdout, stderr  the output
/// stdin           a pipe, if the input of the job can be written to; `holder` keeps it open
/// outcome         END STDOUT-BYTES STDERR-BYTES, then `exited CODE`, `signalled NAME NUMBER` or `timed-out`
/// ```
///
/// All of them but `leader` are there when the folder appears. Besides the shell they need `cat`,
/// `mkdir`, `mv`, `rm`, `ls`, `date`, `uname`, `sleep`, `tail`, `head`, and to start jobs one of `setsid`,
/// `perl` and `python3`.
enum JobScript {
  /// How long a script may take that waits for nothing.
  static let limit = Duration.seconds(60)

  /// The exit code of a script that found no such job.
  static let missingCode: Int32 = 4

  /// The command that runs a script.
  static func command(_ script: String, _ name: String, _ arguments: [String]) -> Command {
    Command(arguments: ["sh", "-c", script, "convoke-\(name)"] + arguments).with { command in
      command.name = "job: \(name)"
      command.deadline = Self.limit
      command.stdout.keep = .everything
      command.stderr.keep = OutputOptions.Keep(head: 4096, tail: 4096)
      command.linger = .milliseconds(20)
    }
  }

  /// What a host is called in the path of its jobs: letters, digits and `._-:@+`, others as `%XX`.
  static func label(of host: Host) -> String {
    let name = host.port.map { "\(host.name):\($0)" } ?? host.name
    let label = name.utf8.map { byte in
      let isPlain = JobName.isWord(byte) || "._-:@+".utf8.contains(byte)
      if isPlain { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }.joined()
    // A name that begins with a dot is one for what is being made.
    return label.hasPrefix(".") ? "%2E" + label.dropFirst() : label
  }

  // Sets cv_b to the start of process $1, so that a number used again is told apart: on Linux clock
  // ticks (proc(5)) and the boot that they count from. Empty if it is gone, or a zombie.
  static let born = #"""
    cv_boot=
    { read -r cv_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
    cv_born() {
      cv_b=
      if { read -r cv_b </proc/$1/stat; } 2>/dev/null; then
        set -- ${cv_b##*) }
        case $1 in Z | X) cv_b= ;; *) shift 19; cv_b=$1:$cv_boot ;; esac
      elif [ ! -d /proc/self ]; then
        cv_b=$(LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _)
      fi
    }
    cv_lives() {
      case $1 in '' | *[!0-9]*) return 1 ;; esac
      cv_born "$1"
      [ -n "$cv_b" ] && [ "$cv_b" = "$2" ]
    }

    """#

  // Sets cv_root to the folder of this machine's jobs; $1 is the folder asked for, or empty.
  static let root = #"""
    case $1 in
    '') cv_root=${XDG_STATE_HOME:-$HOME/.local/state}/convoke/jobs ;;
    '~/'*) cv_root=$HOME/${1#??} ;;
    /*) cv_root=$1 ;;
    *) cv_root=$PWD/$1 ;;
    esac
    cv_root=$cv_root/$(uname -n)

    """#
}
