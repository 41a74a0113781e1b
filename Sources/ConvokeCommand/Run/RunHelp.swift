/// The long help of `convoke run`.
enum RunHelp {
  /// Examples, placeholders, input, exit status and signals; no line is over 76 characters.
  static let discussion = """
    EXAMPLES
      convoke run -w 'local*4' 'echo hello from {host}'
      convoke run -w 'node[1-64]' -b uname -r     (equal output once)
      convoke run -w @rack2 -x node7 -f 16 -t 20m 'make -j4 check'
      convoke run -w 'node[1-8]' --values port=80,81 'curl -s {host}:{port}'
      convoke run -w 'node[1-3]' --json uptime | jq -r .event
      convoke run -w node1 --argv -- printf '%s\\n' 'no shell: $HOME *'
      tar c conf | convoke run -w 'node[1-9]' tar x -C /etc
      convoke run --rerun failed --from out ./job (after: --save out)

    The options come before the command; what follows its first word is
    passed on. Words are joined by spaces for the shell, as with ssh.

    PLACEHOLDERS
      {host} {user} {port} {rank} {hosts} and the names given to --values are
      replaced, quoted where the shell needs it. {{host}} stands for {host};
      other braces stay as they are.

    JOBS
      With --detach the command goes on without this program and without the
      connection; -t is a limit that its host keeps. convoke jobs, logs,
      attach, signal, wait and reap are for what becomes of it.

    STANDARD INPUT
      A pipe or a file goes to all hosts, each at its own pace; -n keeps it
      here, for instance in a loop that reads from a file.

    EXIT STATUS
      0 all succeeded, 1 some command failed, 2 wrong usage, 3 some host
      unreachable, 4 timed out, 5 stopped by a rule, 6 internal error, 130
      interrupted; the highest one counts. With a single host and none of -b,
      --live, --diff, --json: the status of the command itself, as with ssh.

    SIGNALS
      Ctrl-C shows who is still running, once more ends what runs on the
      hosts, a third time leaves at once. SIGUSR1 prints a table of states.
    """
}
