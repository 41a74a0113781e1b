# shellcheck shell=bash
# What sshd-fleet and netns-fleet share; sourced by both, not run by itself.
#
# A fleet is a folder with a file fleet.env; every process of a fleet is found by its number, from
# the numbers in that folder, its parents, or the value of CONVOKE_FLEET in its environment.

PATH=$PATH:/usr/sbin:/sbin

# What stays in the background must not hold descriptors of whoever has called.
for descriptor in /proc/self/fd/*; do
  descriptor=${descriptor##*/}
  case $descriptor in
    0 | 1 | 2 | 255) ;;
    *) eval "exec $descriptor>&-" ;;
  esac
done

program=${0##*/}

die() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 1
}

# need PROGRAM PACKAGE: stops when a program is missing.
need() {
  command -v "$1" >/dev/null || die "$1 is missing; install the Debian package $2"
}

# open_folder DIR: makes the folder and sets DIR to its full path, which must have no spaces.
open_folder() {
  mkdir -p "$1"
  DIR=$(readlink -e -- "$1")
  [[ $DIR != *[[:space:]]* ]] || die "the path of the folder has spaces: $DIR"
  chmod 755 "$DIR"
}

# usage FILE: prints the manual, which is the comment at the head of the script.
usage() {
  sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$1"
}

# alive PID: whether the process exists and is not a zombie.
alive() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  line=${line##*) }
  [[ $line != [ZX]* ]]
}

# runs_with PID TEXT: whether the live process has TEXT in its command line.
runs_with() {
  alive "$1" && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"
}

# family PID...: the numbers of these processes and of all that descend from them.
family() {
  ps -e -o pid= -o ppid= | awk -v roots="$*" '
    { parent[$1] = $2 }
    END {
      n = split(roots, list, " ")
      for (i = 1; i <= n; i++) ours[list[i]] = 1
      for (pid in parent) {
        for (up = pid; up > 1 && !(up in ours); up = parent[up]) {}
        if (up in ours) print pid
      }
    }'
}

# kill_until_gone FUNCTION: kills what FUNCTION lists, again and again until it lists nothing.
kill_until_gone() {
  local round pids pid left
  for round in $(seq 200); do
    left=()
    mapfile -t pids < <("$1")
    for pid in "${pids[@]}"; do
      if alive "$pid"; then left+=("$pid"); fi
    done
    [ ${#left[@]} -gt 0 ] || return 0
    kill -KILL "${left[@]}" 2>/dev/null || true
    [ "$round" -lt 3 ] || sleep 0.02
  done
  die "these processes do not end: ${left[*]}"
}

# signal_all SIGNAL FUNCTION: signals what FUNCTION lists; twice, for what was started meanwhile.
signal_all() {
  local pids
  for _ in 1 2; do
    mapfile -t pids < <("$2")
    [ ${#pids[@]} -eq 0 ] || kill "-$1" "${pids[@]}" 2>/dev/null || true
  done
}

# make_user NAME UID0 SHELL: makes the user if it is missing, with an empty home, and opens it for
# logins with a key. Users made here carry the comment "Convoke testbed".
make_user() {
  local name=$1 root=$2 shell=$3 options=(--create-home --skel /dev/null)
  [ "$root" = 0 ] || options+=(--non-unique --uid 0 --gid 0)
  if ! getent passwd "$name" >/dev/null; then
    exec 9>/run/lock/convoke-testbed
    flock 9
    getent passwd "$name" >/dev/null ||
      useradd "${options[@]}" --comment 'Convoke testbed' --shell "$shell" --password '*' "$name" \
        2> >(grep -v '^useradd warning' >&2) || die "cannot make the user $name"
    exec 9>&-
  fi
  [ "$(getent passwd "$name" | cut -d: -f7)" = "$shell" ] ||
    die "the user $name has another login shell than $shell"
  case $(getent shadow "$name" | cut -d: -f2) in
    '!'*) die "the user $name is locked; take another with --user" ;;
  esac
}

# remove_users: removes every user that make_user made.
remove_users() {
  local name
  while IFS=: read -r name _; do
    userdel --force --remove "$name" >/dev/null 2>&1 || die "cannot remove the user $name"
    echo "removed the user $name"
  done < <(getent passwd | awk -F: '$5 == "Convoke testbed"')
}

# make_key FILE: makes a key pair if it is missing.
make_key() {
  [ -f "$1" ] || ssh-keygen -q -t ed25519 -N '' -C convoke-testbed -f "$1"
}

# client_options USER PORT: the part of an ssh configuration that is the same for every host.
client_options() {
  cat <<END
  User $1
  Port $2
  IdentityFile "$DIR/id_ed25519"
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile "$DIR/known_hosts"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  UpdateHostKeys no
  PreferredAuthentications publickey
  GSSAPIAuthentication no
  BatchMode yes
  LogLevel ERROR
END
}

# server_options KEX MAX_STARTUPS MAX_SESSIONS: the part of an sshd configuration that is the same
# for both fleets.
server_options() {
  cat <<END
PidFile none
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups $2
MaxSessions $3
MaxAuthTries 100
LoginGraceTime 600
AcceptEnv LANG LC_* CONVOKE_*
LogLevel ERROR
Subsystem sftp internal-sftp
END
  [ "$1" = default ] || echo "KexAlgorithms $1"
}

# fleet_folder DIR: loads the settings of an existing fleet.
fleet_folder() {
  DIR=$(readlink -e -- "$1") || die "there is no folder $1"
  [ -f "$DIR/fleet.env" ] || die "$DIR is not the folder of a fleet"
  # shellcheck disable=SC1091
  . "$DIR/fleet.env"
}

# start_watch PID: takes the fleet down when the process PID ends, however it ends.
start_watch() {
  alive "$1" || die "there is no process $1"
  setsid "$(readlink -f "$0")" watch "$DIR" "$1" </dev/null >/dev/null 2>&1 &
  echo $! >"$DIR/watch.pid"
}

# watch DIR PID: what start_watch leaves in the background. It waits without starting processes.
watch() {
  exec 7<> <(:)
  while alive "$2"; do read -rt 0.2 -u 7 || true; done
  exec 7<&-
  down --delete "$1"
}

# stop_watch: ends the process of start_watch, unless it is the one that runs this.
stop_watch() {
  WATCH=$(cat "$DIR/watch.pid" 2>/dev/null) || return 0
  if [ "$WATCH" != $$ ] && runs_with "$WATCH" "$DIR"; then kill_until_gone watch_family; fi
  rm -f "$DIR/watch.pid"
}

watch_family() { family "$WATCH"; }
