import ConvokeProcess

/// The programs of both ends of a copy, for any POSIX shell (POSIX.1-2017, Shell Command Language).
///
/// Besides the shell they need `find`, `stat`, one of `sha256sum`, `shasum` and `openssl`, and for
/// directories `tar`.
enum CopyScript {
  /// Tells kind, mode, modification time, size, count of files, hash and name of a path.
  static func describe(_ path: String) -> Command {
    Self.command(Self.summing + Self.describing, "describe", [path])
  }

  /// Writes a file, or a directory as a tar stream, to the standard output.
  static func send(_ path: String) -> Command { Self.command(Self.sending, "send", [path]) }

  /// Reads what `send` writes, and puts it in place once it is whole and verified.
  ///
  /// - Parameters:
  ///   - description: What is sent.
  ///   - destination: Where to put it.
  ///   - isInside: Whether the destination is the directory to put it into, made if it is missing.
  ///   - mark: A part of the name of the temporary file that no other copy has.
  /// - Returns: The command.
  static func receive(
    _ description: CopyDescription,
    at destination: String,
    isInside: Bool,
    mark: String
  ) -> Command {
    let arguments = [
      destination, isInside ? "1" : "0", description.name, description.isDirectory ? "d" : "f",
      description.mode, description.modified, description.hash, mark,
    ]
    return Self.command(Self.summing + Self.receiving, "receive", arguments)
  }

  private static func command(_ script: String, _ name: String, _ rest: [String]) -> Command {
    Command(arguments: ["sh", "-c", Self.common + script, "convoke-\(name)"] + rest)
      .with { $0.name = "copy: \(name)" }
  }

  // Paths with a tilde, and paths that begin with a dash.
  private static let common = #"""
    LC_ALL=C; export LC_ALL
    die() { printf '%s\n' "$*" >&2; exit 1; }
    at() {
      case $1 in
      '~') path=$HOME ;;
      '~/'*) path=$HOME/${1#??} ;;
      /*) path=$1 ;;
      *) path=./$1 ;;
      esac
    }
    at "$1"

    """#

  // One hash stands for a directory: that of the sorted list of its files with their hashes. The
  // tools write names with a backslash or a line end each in their own way, so those files count
  // by their contents alone.
  private static let summing = #"""
    if command -v sha256sum >/dev/null 2>&1; then sum=sha256sum
    elif command -v shasum >/dev/null 2>&1; then sum='shasum -a 256'
    elif command -v openssl >/dev/null 2>&1; then sum='openssl dgst -sha256 -r'
    else die 'none of sha256sum, shasum and openssl is there to verify the copy'; fi
    hash() { set -- $($sum); printf '%s' "$1"; }
    cr=$(printf '\r')
    nl='
    '
    each='for f do '$sum' <"$f" || exit 1; done'
    list() {
      plain=$(find . -type f ! -path '*\\*' ! -path "*$nl*" ! -path "*$cr*" -exec $sum {} +) || exit 1
      odd=$(find . -type f \( -path '*\\*' -o -path "*$nl*" -o -path "*$cr*" \) \
        -exec sh -c "$each" sh {} +) || exit 1
      printf '%s\n' "$plain" | sed 's/^\([0-9a-f]*\) [ *]/\1  /'
      [ -z "$odd" ] || printf '%s\n' "$odd" | cut -c1-64
    }
    digest() { all=$(list) || exit 1; printf '%s\n' "$all" | sort | hash; }

    """#

  private static let describing = #"""
    [ -e "$path" ] || die "$path: No such file or directory"
    [ -r "$path" ] || die "$path: Permission denied"
    facts() { stat -L -c '%a %Y %s' "$1" 2>/dev/null || stat -L -f '%Lp %m %z' "$1"; }
    facts=$(facts "$path") || exit 1
    name=$path
    while case $name in ?*/) true ;; *) false ;; esac; do name=${name%/}; done
    name=${name##*/}
    if [ -d "$path" ]; then
      cd "$path" || exit 1
      case $name in '' | . | ..) name=$(pwd -P); name=${name##*/} ;; esac
      sum_of=$(digest) || exit 1
      files=$(find . -type f -exec ls -ldnq {} + | awk '{ s += $5 } END { print s + 0, NR }')
      printf 'd %s %s %s %s' "${facts% *}" "$files" "$sum_of" "$name"
    elif [ -f "$path" ]; then
      sum_of=$(hash <"$path") || exit 1
      printf 'f %s 1 %s %s' "$facts" "$sum_of" "$name"
    else
      die "$path: neither a regular file nor a directory"
    fi
    """#

  private static let sending = #"""
    if [ -d "$path" ]; then exec tar -cf - -C "$path" .; else exec cat "$path"; fi
    """#

  private static let receiving = #"""
    inside=$2 name=$3 kind=$4 mode=$5 modified=$6 hash=$7 mark=$8
    case $1 in */) inside=1 ;; esac
    if [ "$inside" = 1 ]; then mkdir -p "$path" || exit 1; fi
    while case $path in ?*/) true ;; *) false ;; esac; do path=${path%/}; done
    if [ -d "$path" ]; then folder=$path target=$path/$name
    else target=$path folder=${path%/*}; fi
    [ -d "${folder:=/}" ] || die "$folder: No such directory"
    short=${target##*/}
    [ ${#short} -le 200 ] || short=
    part=$folder/.$short.convoke-$mark
    discard() { chmod -R u+rwx "$part" 2>/dev/null; rm -rf "$part"; }
    trap discard EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    durable() { case $(sync --help 2>&1) in *FILE*) sync "$part" ;; esac; }
    dated() {
      touch -d "@$modified" "$part" 2>/dev/null ||
        TZ=UTC0 touch -t "$(date -u -r "$modified" +%Y%m%d%H%M.%S)" "$part"
    }
    differs() { die "$target: the copy differs from the original (SHA-256)"; }
    if [ "$kind" = f ]; then
      [ ! -d "$target" ] || die "$target: Is a directory"
      (umask 077; set -C; cat >"$part") || exit 1
      [ "$(hash <"$part")" = "$hash" ] || differs
      chmod "$mode" "$part" && dated && durable && mv -f "$part" "$target" || exit 1
      exit 0
    fi
    mkdir -m 700 "$part" || exit 1
    if ! tar -x -p -o -f - -C "$part"; then
      # Not every tar says why it could not write.
      dd if=/dev/zero of="$part/.full" bs=65536 count=1 2>&1 | grep -e 'No space' -e quota >&2
      exit 1
    fi
    cat >/dev/null
    ok=$(cd "$part" && digest) && [ "$ok" = "$hash" ] || differs
    if [ ! -e "$target" ] && [ ! -L "$target" ]; then mv "$part" "$target"; exit; fi
    [ -d "$target" ] || die "$target: Not a directory"
    case $target in /*) ;; *) target=$(pwd)/$target ;; esac
    cd "$part" && chmod u+rwx . || exit 1
    part=$(pwd)
    find . ! -name . -type d -exec sh -c '
      [ ! -e "$1/$2" ] && [ ! -L "$1/$2" ] && chmod u+w . && mv "$2" "$1/$2"
    ' sh "$target" {} \; -prune -o ! -type d -exec sh -c '
      to=$1; shift
      for f do
        if [ -d "$to/$f" ] && [ ! -L "$to/$f" ]; then echo "$to/$f: Is a directory" >&2; exit 1; fi
        mv -f "$f" "$to/$f" || exit 1
      done
    ' sh "$target" {} +
    """#
}
