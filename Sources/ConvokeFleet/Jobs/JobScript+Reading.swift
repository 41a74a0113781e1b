import ConvokeProcess

extension JobScript {
  /// Tells jobs: lines of a word and its values, those of a job begin with `job LABEL NAME`.
  ///
  /// - Parameters:
  ///   - folder: The folder of all jobs; empty for the usual one.
  ///   - name: The job to tell, whatever the host was called; `nil` tells all.
  ///   - tail: Tells as `from OUT ERR`, too, where so many last lines begin.
  /// - Returns: The command.
  static func show(_ folder: String, _ name: JobName?, tail: Int? = nil) -> Command {
    let arguments = [folder, name?.text ?? "", tail.map(String.init) ?? ""]
    return Self.command(Self.common + Self.showing, "jobs", arguments)
  }

  /// Writes the output of a job from two positions on; a position of -1 leaves a stream out.
  static func follow(_ place: JobPlace, from start: [OutputStream: Int], follows: Bool) -> Command {
    let positions = OutputStream.allCases.map { String(start[$0] ?? -1) }
    let arguments = place.arguments + positions + [follows ? "1" : "0"]
    return Self.command(Self.common + Self.following, "logs", arguments)
  }

  /// Removes the folders of jobs that are over, and answers a line for each.
  ///
  /// `removed NAME`; `gone NAME` if there is none; `runs NAME`; `grown NAME` if the sizes differ or
  /// something may still write; `failed NAME`.
  static func remove(
    _ folder: String,
    _ label: String,
    _ names: [String],
    ifSizesAre sizes: [OutputStream: Int]? = nil
  ) -> Command {
    let sizes = OutputStream.allCases.map { stream in String(sizes?[stream] ?? -1) }
    return Self.command(Self.common + Self.removing, "prune", [folder, label] + sizes + names)
  }

  /// Sends a signal to the group of a job; answers `sent`, `over` or `failed`.
  static func signal(_ place: JobPlace, _ signal: Signal) -> Command {
    Self.command(Self.common + Self.signalling, "signal", place.arguments + [signal.name])
  }

  /// Reads what the input of a job is to be.
  static func feed(_ place: JobPlace) -> Command {
    Self.command(Self.common + Self.feeding, "attach", place.arguments).with { command in
      command.deadline = nil
      command.stdout.keep = OutputOptions.Keep(head: 4096, tail: 4096)
    }
  }

  /// Ends the input of a job for good.
  static func endInput(_ place: JobPlace) -> Command {
    Self.command(Self.common + Self.endingInput, "attach", place.arguments)
  }

  private static let common = "LC_ALL=C; export LC_ALL\n" + Self.born + Self.root

  private static let sizes = #"""
    sizes() {
      out=0 err=0
      set -- $(ls -ln stderr stdout 2>/dev/null)
      while [ $# -ge 9 ]; do
        case $9 in stdout) out=$5 ;; stderr) err=$5 ;; esac
        shift 9
      done
    }

    """#

  // The outcome is looked for again once the keeper is gone: it may have come in between.
  private static let showing =
    Self.sizes
      + #"""
      from() { # where the last $3 lines of file $1 begin, which has $2 bytes
        begin=$(($2 - $(tail -n "$3" "$1" | wc -c)))
        [ $begin -gt 0 ] || begin=0
      }
      look() {
        cd "$1" 2>/dev/null || return
        run= keeper= since= start= leader= birth= about= outcome= up=0 alive=0
        { read -r run rest <run
          read -r keeper start since <keeper
          read -r about <job.json
          read -r leader birth <leader
          read -r outcome <outcome; } 2>/dev/null
        if cv_lives "$keeper" "$start"; then up=1; else
          { read -r outcome <outcome; } 2>/dev/null
        fi
        ! cv_lives "$leader" "$birth" || alive=1
        sizes
        printf '%s\n' "job $2 $3" "run $run" "since $since" "keeper $up" "leader $alive $leader" \
          "outcome $outcome" "bytes $out $err" "about $about"
        [ -n "$4" ] || return
        from stdout "$out" "$4"
        out=$begin
        from stderr "$err" "$4"
        printf 'from %s %s\n' $out $begin
      }
      for folder in "$cv_root"/*/${2:-*}/; do
        folder=${folder%/}
        name=${folder##*/} label=${folder%/*}
        label=${label##*/}
        case $name$label in *[!A-Za-z0-9._:@+%-]*) continue ;; esac
        look "$folder" "$label" "$name" "$3"
      done
      exit 0
      """#

  private static let following =
    Self.sizes
      + #"""
      cd "$cv_root/$2/$3" 2>/dev/null || exit 4
      from=$4 efrom=$5 pause=1 i=0
      # What a login shell prints before the command is not of the command.
      while [ -e .fresh ] && [ ! -s outcome ] && [ $i -lt 30 ]; do
        sleep .1 || sleep 1
        i=$((i + 1))
      done
      while :; do
        last=$((1 - $6))
        if [ -s outcome ]; then last=1; else
          keeper= start=
          { read -r keeper start rest <keeper; } 2>/dev/null
          cv_lives "$keeper" "$start" || last=1
        fi
        [ -e stdout ] || exit 4
        sizes
        moved=0
        if [ $from -ge 0 ] && [ $out -gt $from ]; then
          tail -c +$((from + 1)) stdout | head -c $((out - from)) || exit 5
          from=$out moved=1
        fi
        if [ $efrom -ge 0 ] && [ $err -gt $efrom ]; then
          tail -c +$((efrom + 1)) stderr | head -c $((err - efrom)) >&2 || exit 5
          efrom=$err moved=1
        fi
        [ $last = 0 ] || exit 0
        if [ $moved = 1 ]; then pause=1; elif [ $pause -lt 9 ]; then pause=$((pause + 1)); fi
        sleep .$pause 2>/dev/null || sleep 1
      done
      """#

  // Moved aside first, so that nobody sees half of it. What an end in the middle has left is swept up.
  // Who may still write is seen by its open files, where /proc shows them; the keeper has them a moment longer.
  private static let removing =
    Self.sizes
      + #"""
      cd "$cv_root/$2" 2>/dev/null || { shift 4; for name; do echo "gone $name"; done; exit 0; }
      label=$PWD wout=$3 werr=$4
      shift 4
      runs() {
        keeper= start= leader= birth= rest=
        { read -r keeper start rest <keeper; read -r leader birth <leader; } 2>/dev/null
        cv_lives "$keeper" "$start" || cv_lives "$leader" "$birth"
      }
      holds() {
        ls -l /proc/[0-9]*/fd 2>/dev/null | grep '^l.w' | grep -qF -e "-> $at/stdout" -e "-> $at/stderr"
      }
      rests() {
        [ $wout -ge 0 ] || [ $werr -ge 0 ] || return 0
        at=$(pwd -P) i=0
        while holds; do
          [ $i -lt 10 ] || return 1
          i=$((i + 1))
          sleep .1 || sleep 1
        done
      }
      remove() {
        cd "$label/$1" 2>/dev/null || { echo "gone $1"; return; }
        if [ ! -s outcome ] && runs && [ ! -s outcome ]; then echo "runs $1"; return; fi
        rests || { echo "grown $1"; return; }
        sizes
        if [ $wout -ge 0 ] && [ $out -ne $wout ] || [ $werr -ge 0 ] && [ $err -ne $werr ]; then
          echo "grown $1"
          return
        fi
        cd "$label"
        mv "$1" ".$1.$$" 2>/dev/null && rm -rf ".$1.$$" && echo "removed $1" || echo "failed $1"
      }
      for name; do remove "$name"; done
      [ $wout -lt 0 ] || exit 0
      cd "$label"
      for old in .[!.]*.*[0-9]; do
        case ${old##*.} in *[!0-9]*) continue ;; esac
        kill -0 "${old##*.}" 2>/dev/null || rm -rf "$old"
      done
      exit 0
      """#

  private static let signalling = #"""
    cd "$cv_root/$2/$3" 2>/dev/null || exit 4
    leader= birth=
    { read -r leader birth <leader; } 2>/dev/null
    if [ -s outcome ] || ! cv_lives "$leader" "$birth"; then echo over
    elif kill -$4 -$leader; then echo sent; else echo failed; fi
    exit 0
    """#

  private static let feeding = #"""
    cd "$cv_root/$2/$3" 2>/dev/null && [ -p stdin ] || exit 4
    exec cat >stdin
    """#

  private static let endingInput = #"""
    cd "$cv_root/$2/$3" 2>/dev/null || exit 4
    holder= birth=
    { read -r holder birth <holder; } 2>/dev/null
    ! cv_lives "$holder" "$birth" || kill $holder
    exit 0
    """#
}

/// Where a job is on its host.
struct JobPlace: Sendable, Hashable {
  /// The folder of all jobs; empty for the usual one.
  var folder: String
  /// What the host was called when the job was started.
  var label: String
  var name: String

  var arguments: [String] { [self.folder, self.label, self.name] }
}
