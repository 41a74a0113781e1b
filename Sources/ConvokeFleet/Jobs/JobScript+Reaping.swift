import ConvokeProcess
import ConvokeSSH

extension JobScript {
  /// Finds processes by the run in their environment, and ends those that are wanted.
  ///
  /// It writes a line for each that was found, `process RUN NUMBER JOB VERDICT COMMAND`, where the job
  /// is `LABEL/NAME` or `-` and the verdict `end`, `held`, `kept` or `keeper`; then `left NUMBER` for
  /// each that did not end.
  ///
  /// - Parameters:
  ///   - request: What is wanted.
  ///   - jobs: The jobs to end, as `LABEL/NAME`.
  ///   - run: The run of this very action, whose processes are left alone.
  /// - Returns: The command.
  static func reap(_ request: ReapRequest, jobs: [String], run: RunID) -> Command {
    let sequence = TerminationSequence.standard
    let steps = ShellPreparation.steps(sequence)
    let wanted = request.runs.map { "run:\($0)" } + jobs.map { "job:\($0)" }
    let arguments = [
      run.rawValue, request.isDryRun ? "" : steps, request.endsAllJobs ? "1" : "0",
    ]
    return Self.command(Self.born + Self.finding + Self.reaping, "reap", arguments + wanted)
  }

  // Only what has the variable is looked at closely. A process is held if something above it is neither
  // of its run nor a shell nor what takes care of orphans: an ssh session, or a program that goes on.
  private static let finding = #"""
    LC_ALL=C
    export LC_ALL
    [ -r /proc/self/environ ] || { echo 'there is no /proc here to find processes in' >&2; exit 1; }
    own=$1 steps=$2 alljobs=$3
    shift 3
    wanted=" $* "
    me=$(id -u)
    newline='
    '
    # Sets state and parent of process $1.
    stat() {
      state= parent=0
      { read -r line </proc/$1/stat; } 2>/dev/null || return
      set -- ${line##*) }
      state=$1 parent=$2
    }
    # Sets run, job and keeper of process $1.
    marks() {
      run= job=- keeper=0
      list=$(tr '\0' '\n' 2>/dev/null </proc/$1/environ | grep -E '^CONVOKE_(RUN|JOB|KEEPER)=')
      IFS=$newline
      for line in $list; do
        case $line in
        CONVOKE_RUN=*) run=${line#*=} ;;
        CONVOKE_JOB=*) job=${line#*=} ;;
        CONVOKE_KEEPER=*) keeper=1 ;;
        esac
      done
      IFS=$spaces
      case $run in *[!a-z0-9]*) run= ;; esac
      case $job in *[!A-Za-z0-9._:@+%/-]*) job=- ;; esac
    }
    spaces=$IFS
    isheld() {
      above=$1
      while :; do
        stat $above
        above=$parent
        [ $above -gt 1 ] || return 1
        case $found in *" $above "*) continue ;; esac
        name=
        { read -r name </proc/$above/comm; } 2>/dev/null
        case $name in
        sh | ash | bash | dash | ksh | mksh | zsh | csh | tcsh | fish | busybox) ;;
        systemd | init | launchd | tini | dumb-init | docker-init | catatonit) return 1 ;;
        *) return 0 ;;
        esac
      done
    }
    isours() {
      while read -r key value rest; do
        case $key in Uid:) [ "$value" = "$me" ]; return ;; esac
      done 2>/dev/null </proc/$1/status
      return 1
    }
    verdict() {
      if [ $keeper = 1 ]; then echo keeper; return; fi
      case $wanted in
      *" job:$job "*) echo end; return ;;
      *" run:$run "*) named=1 ;;
      *" run:"* | *" job:"*) echo no; return ;;
      *) named=0 ;;
      esac
      if [ $job != - ]; then
        if [ $alljobs = 1 ]; then echo end; else echo kept; fi
      elif [ $named = 0 ] && isheld $1; then echo held
      else echo end; fi
    }
    # Tells the processes that are found; those to end are in doomed.
    scan() {
      all=$(grep -ls CONVOKE_RUN= /proc/[0-9]*/environ)
      found=' ' doomed=
      for file in $all; do
        id=${file#/proc/}
        found="$found${id%/environ} "
      done
      for id in $found; do
        isours $id || continue
        stat $id
        case $state in '' | Z | X) continue ;; esac
        marks $id
        [ -n "$run" ] && [ "$run" != "$own" ] || continue
        what=$(verdict $id)
        case $what in no) continue ;; end) doomed="$doomed $id" ;; esac
        [ "$1" = 1 ] || continue
        words=$(tr '\0\n' '  ' 2>/dev/null </proc/$id/cmdline | cut -c1-200)
        printf 'process %s %s %s %s %s\n' "$run" $id "$job" $what "$words"
      done
    }

    """#

  // Those that were just being started when the others were killed come in the next round.
  private static let reaping = #"""
    anybody() {
      for id in $doomed; do
        stat $id
        case $state in '' | Z | X) ;; *) return 0 ;; esac
      done
      return 1
    }
    scan 1
    [ -n "$steps" ] || exit 0
    set -- $steps
    while [ $# -gt 1 ] && [ -n "$doomed" ]; do
      kill -$1 $doomed 2>/dev/null
      kill -CONT $doomed 2>/dev/null
      i=$2
      shift 2
      while anybody && [ $i -gt 0 ]; do
        sleep .1 2>/dev/null || sleep 1
        i=$((i - 1))
      done
      scan 0
    done
    i=10
    while [ -n "$doomed" ] && [ $i -gt 0 ]; do
      kill -KILL $doomed 2>/dev/null
      sleep .1 2>/dev/null || sleep 1
      i=$((i - 1))
      scan 0
    done
    for id in $doomed; do echo "left $id"; done
    exit 0
    """#
}
