import ConvokeProcess
import ConvokeSSH

// Names with cv_ in front: a variable that the host exports would lead what is assigned here into the
// environment of the job.
extension JobScript {
  /// Starts a job and answers with one line.
  ///
  /// `started NUMBER`; `again` if this very run has started it; `exists RUN`; `refused KIND`;
  /// `failed WORDS`.
  ///
  /// - Parameter request: What is asked for.
  /// - Returns: The command; what must not be seen by others travels over its input.
  static func detach(_ request: JobRequest) -> Command {
    let command = request.command
    let limit = command.deadline.map(Self.seconds) ?? ""
    let steps = ShellPreparation.steps(command.termination)
    let takesInput = request.description.takesInput
    let arguments = [
      Self.keeper, request.description.name, request.label, request.folder, request.run, limit,
      steps, takesInput ? "1" : "0",
    ]
    var start = Self.command(Self.starting, "detach", arguments)
    start.input = .text(request.text)
    return start
  }

  /// Seconds for sleep(1), which counts parts of them on most systems.
  private static func seconds(_ limit: Duration) -> String {
    let tenths = max(1, Int(min((limit / .milliseconds(100)).rounded(.up), 1e10)))
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  // Becomes a program in a session of its own. The caller must not lead a process group.
  private static let apart = #"""
    cv_apart() {
      case $cv_path in
      */setsid) exec "$cv_path" "$@" ;;
      */perl)
        exec "$cv_path" -e 'use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV; exit 127' -- "$@" ;;
      *) exec "$cv_path" -c 'import os, sys; os.setsid(); os.execv(sys.argv[1], sys.argv[1:])' "$@" ;;
      esac
    }

    """#

  // The keeper must be nobody's background command: those cannot undo that SIGINT is ignored. So it is
  // part of a pipeline whose shell ends itself when the answer is there.
  private static let launching =
    "for cv_path do :; done\n" + Self.apart
      + #"""
      (cv_apart /bin/sh -c 'eval "$CONVOKE_KEEPER"' convoke-keeper "$@") <&8 8<&- 9>&- |
        { read -r cv_answer && printf '%s\n' "$cv_answer" >&9; kill -KILL $$; }
      """#

  private static let starting =
    "cv_launch=\(ShellPreparation.quote(Self.launching))\n"
      + #"""
      exec 8<&0 9>&1 2>/dev/null
      for cv_path in setsid perl python3; do
        cv_path=$(command -v $cv_path) && break
      done
      case $cv_path in
      /*) ;;
      *) echo failed none of the programs setsid, perl and python3 is there; exit 0 ;;
      esac
      CONVOKE_KEEPER=$1 CONVOKE_JOB=$3/$2
      export CONVOKE_KEEPER CONVOKE_JOB
      unset CONVOKE_TASK
      shift
      /bin/sh -c "$cv_launch" convoke-start "$@" "$cv_path"
      exit 0
      """#

  // Runs in the session of the job, and becomes its program. It sets no variables, for they may be the
  // job's own; and it must not end by SIGPIPE when nobody is left to read the answer. What keeps it from
  // starting is for the keeper to tell, which clears the folder away first.
  private static let inner =
    Self.born
      + #"""
      printf '%s %s\n' $$ "$(cv_born $$; printf %s "$cv_b")" >"$1/leader" ||
        { rm -f "$1/leader"; printf 'failed cannot write %s\n' "$1/leader" 1<>"$1/.outcome"; exit 125; }
      (printf 'started %s\n' $$ >&5)
      exec 5>&-
      shift
      exec "$@"
      """#

  // Ends the process group $1 by the steps that follow; SIGKILL comes last.
  private static let ending = #"""
    cv_end() {
      cv_g=$1
      shift
      while [ $# -gt 1 ]; do
        kill -$1 -$cv_g
        kill -CONT -$cv_g
        cv_i=$2
        shift 2
        while kill -0 -$cv_g && [ $cv_i -gt 0 ]; do
          sleep .1 || sleep 1
          cv_i=$((cv_i - 1))
        done
        kill -0 -$cv_g || return 0
      done
      cv_i=20
      while kill -KILL -$cv_g && [ $cv_i -gt 0 ]; do
        sleep .1 || sleep 1
        cv_i=$((cv_i - 1))
      done
    }

    """#

  private static let keeper =
    Self.born + Self.apart + Self.ending + "cv_inner=\(ShellPreparation.quote(Self.inner))\n"
    + Self.making + Self.watching + Self.finishing

  // Reads what to run, and makes the folder: beside its place, then moved there, so that it is there
  // whole or not at all, and only one of two keepers gets it.
  private static let making = #"""
    exec 5>&1 >/dev/null 2>&1
    cv_say() { set -f; set -- $*; printf '%s\n' "$*" >&5; }
    cv_text=$(cat)
    exec </dev/null
    case $cv_text in
    *'
    #end') ;;
    *) cv_say failed the link was lost before all had arrived; exit ;;
    esac
    trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2
    eval "$cv_text"
    cv_name=$1 cv_label=$2 cv_run=$4 cv_limit=$5 cv_steps=$6 cv_input=$7 cv_path=$8
    shift 2

    """# + Self.root + #"""
      cv_mask=$(umask)
      umask 077
      cv_w=$(LC_ALL=C mkdir -p "$cv_root/$cv_label" 2>&1) || { cv_say failed "$cv_w"; exit; }
      cv_job=$cv_root/$cv_label/$cv_name
      cv_new=$cv_root/$cv_label/.$cv_name.$$
      cv_taken() {
        cv_r=
        { read -r cv_r <"$cv_job/run"; }
        if [ "$cv_r" = "$cv_run" ]; then cv_say again; else cv_say exists "${cv_r%% *}"; fi
        exit
      }
      [ ! -e "$cv_job" ] || cv_taken
      cv_first=
      if [ "$cv_login" = 1 ]; then
        case ${SHELL:-/bin/sh} in
        */sh | */dash | */ash) ;;
        *) case $cv_job in *[!A-Za-z0-9/._@:+-]*) ;; *) cv_first="/bin/sh $cv_job/.fresh;" ;; esac ;;
        esac
      fi
      cv_born $$
      cv_w=$({
        mkdir "$cv_new" && cd "$cv_new" && printf '%s\n' "$cv_run" >run &&
          printf '%s\n' "$cv_about" >job.json && printf '%511s\n' '' >.outcome &&
          : >stdout && : >stderr && : >.time &&
          printf '%s %s %s\n' $$ "$cv_b" "$(date +%s)" >keeper &&
          { [ -z "$cv_first" ] || printf '%s\n' 'cd "${0%/*}"; : >stdout; : >stderr; rm -f .fresh' >.fresh; } &&
          { [ "$cv_input" = 0 ] || mkfifo stdin; } && [ "$(wc -c <.outcome)" -eq 512 ]
      } 2>&1) || { rm -rf "$cv_new"; cv_say failed "${cv_w:-no space is left} in $cv_root"; exit; }
      mv "$cv_new" "$cv_job"
      cv_mine=
      { read -r cv_mine cv_r <"$cv_job/keeper"; }
      if [ "$cv_mine" != $$ ]; then
        rm -rf "$cv_new" "$cv_job/.$cv_name.$$"
        cv_taken
      fi

      """#

  // Starts what keeps the input open and what keeps the deadline, runs the job, and has its status.
  private static let watching = #"""
    cv_timer= cv_holder= cv_in=/dev/null
    if [ "$cv_input" != 0 ]; then
      cv_in=$cv_job/stdin
      (
        trap 'kill $!; exit' TERM
        while kill -0 $$; do
          sleep 5 &
          wait $!
        done
      ) 5>&- 7<>"$cv_in" &
      cv_holder=$!
      cv_born $cv_holder
      printf '%s %s\n' $cv_holder "$cv_b" >"$cv_job/holder"
    fi
    if [ -n "$cv_limit" ]; then
      case $cv_limit in *.*) sleep .01 || cv_limit=$((${cv_limit%.*} + 1)) ;; esac
      (
        exec 5>&-
        trap 'kill $!; exit' TERM
        sleep "$cv_limit" &
        wait $!
        trap : TERM
        rm -f "$cv_job/.time"
        until read -r cv_p cv_o <"$cv_job/leader"; do
          kill -0 $$ || exit
          sleep .1 || sleep 1
        done
        cv_born "$cv_p"
        [ -n "$cv_b" ] && [ "$cv_b" != "$cv_o" ] || cv_end "$cv_p" $cv_steps
      ) &
      cv_timer=$!
    fi
    (
      umask "$cv_mask"
      unset CONVOKE_KEEPER
      set -- "$cv_job" "$cv_path" "$cv_inner" "$cv_first"
      cv_prepare
      cv_program "$@"
    ) <"$cv_in" >>"$cv_job/stdout" 2>>"$cv_job/stderr"
    cv_s=$?

    """#

  // The outcome is written over what was put there in the beginning, so that a full disk cannot keep it
  // from being written.
  private static let finishing = #"""
    cv_how="exited $cv_s"
    case $cv_s in
    129 | 1[3-8][0-9] | 19[0-2]) cv_how="signalled $(kill -l $cv_s) $((cv_s - 128))" ;;
    esac
    if [ -n "$cv_timer" ]; then
      if [ -e "$cv_job/.time" ]; then kill $cv_timer; else cv_how=timed-out; fi
      wait $cv_timer
    fi
    [ -z "$cv_holder" ] || kill $cv_holder
    if [ ! -s "$cv_job/leader" ]; then
      cv_w=
      { read -r cv_w <"$cv_job/.outcome"; }
      rm -rf "$cv_job"
      [ -z "$cv_w" ] || cv_say "$cv_w"
      exit
    fi
    exec 5>&-
    cd "$cv_job" || exit
    printf '%s %s\n' "$(date +%s) $(wc -c <stdout) $(wc -c <stderr)" "$cv_how" 1<>.outcome
    case $(sync --help 2>&1) in *FILE*) sync .outcome stdout stderr ;; esac
    mv -f .outcome outcome
    rm -f stdin holder .time .fresh
    """#
}
